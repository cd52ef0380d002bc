/** WebSocket frames that are encoded once and written to many sockets (RFC 6455 §5.2). */

const finText = 0x81;

/** One unmasked, unfragmented text frame around a UTF-8 payload. */
export function encodeTextFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const headLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headLength + length);
  frame[0] = finText;
  if (headLength === 2) {
    frame[1] = length;
  } else if (headLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, headLength);
  return frame;
}

/** A server frame of one `events` message. */
export function eventsMessage(topic: string, seq: number, events: readonly string[]): string {
  return `{"type":"events","topic":${JSON.stringify(topic)},"seq":${seq},"events":[${events.join(',')}]}`;
}

/** A `snapshot` message around state that is JSON already. */
export function snapshotMessage(topic: string, seq: number, stateJson: string): string {
  return `{"type":"snapshot","topic":${JSON.stringify(topic)},"seq":${seq},"state":${stateJson}}`;
}
