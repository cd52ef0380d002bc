/** What pages cannot keep out of their console while the server is away, and what they report themselves. */
export const whileAway: readonly RegExp[] = [
  /ERR_(?:CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)/,
  /network-unreachable|shutting-down/,
  /WebSocket connection to/,
  /503 \(Service/,
];
