/** What the contract says of the topic `roll-outs`. */
import { RollOutsState, RollOutsTopicEvent, reduceRollOuts } from '@slipmat/contract/roll-outs';

export const rollOutsTopic = { state: RollOutsState, event: RollOutsTopicEvent, reduce: reduceRollOuts };
