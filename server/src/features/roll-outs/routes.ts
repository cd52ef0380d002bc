/** Roll-outs over HTTP. */
import type { Handlers } from '#server/http/mount.ts';
import type { SignedIn } from '#server/http/who.ts';
import type { Actor } from './changes.ts';
import type { RollOuts } from './index.ts';

function actor({ person }: SignedIn): Actor {
  return { id: person.id, handle: person.handle };
}

export function rollOutRoutes(rollOuts: RollOuts): Handlers<'roll-outs'> {
  return {
    show: () => rollOuts.show(),
    start: ({ params, body, signedIn }) => rollOuts.start(actor(signedIn()), params.kind, body),
    pause: ({ params, signedIn }) => rollOuts.pause(actor(signedIn()), params.kind),
    resume: ({ params, signedIn }) => rollOuts.resume(actor(signedIn()), params.kind),
    advance: ({ params, body, signedIn }) => rollOuts.advance(actor(signedIn()), params.kind, body.from),
    rollBack: ({ params, body, signedIn }) => rollOuts.rollBack(actor(signedIn()), params.kind, body.reason),
    acknowledge: ({ params, signedIn }) => rollOuts.acknowledge(actor(signedIn()), params.kind),
  };
}
