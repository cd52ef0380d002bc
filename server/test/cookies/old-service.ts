/**
 * An old service behind the gate, as a handler of the model's network: the proxy asks `/gate/check` with the
 * headers of the request and passes only what the gate signed; the service believes nothing but the signature.
 */
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { z } from 'zod';
import { silence } from '#server/platform/silence.ts';
import { type Answered, json } from '../exchange.ts';
import { answer, type Handler, type Network, type Outgoing, type RequestHeaders } from './network.ts';

const identityHeader = 'slipmat-identity';
const Jwks = z.custom<JSONWebKeySet>(
  (value) => z.looseObject({ keys: z.array(z.unknown()) }).safeParse(value).success,
);
const Claims = z.looseObject({ sub: z.string(), handle: z.string(), sid: z.string() });

export interface OldServiceOptions {
  /** Sends the request to the gate, past whatever stands between browsers and the site. */
  readonly askGate: (headers: RequestHeaders) => Promise<Answered>;
  readonly publishedKeys: () => Promise<Answered>;
  readonly issuer: string;
  readonly now: () => number;
  /** What the old site does with cookies of its own. */
  readonly setCookie?: (outgoing: Outgoing) => readonly string[];
  /** A service that is set wrongly: it believes the identity header whoever wrote it. */
  readonly believesClients?: boolean;
}

/** Headers of a request that no client may have written. */
function withoutIdentity(headers: RequestHeaders): RequestHeaders {
  const kept = Object.entries(headers).filter(([name]) => {
    const spelling = name.toLowerCase().replaceAll('_', '-');
    return (
      spelling !== identityHeader &&
      !spelling.startsWith('x-original-') &&
      !spelling.startsWith('x-forwarded-')
    );
  });
  return Object.fromEntries(kept);
}

/** What the proxy of an old service asks the gate. */
function question({ url, method, headers }: Outgoing): RequestHeaders {
  return {
    ...withoutIdentity(headers),
    'x-forwarded-for': headers['x-forwarded-for'] ?? '',
    'x-forwarded-method': method,
    'x-forwarded-proto': 'https',
    'x-forwarded-host': url.host,
    'x-forwarded-uri': `${url.pathname}${url.search}`,
  };
}

/** A real old site on the port, behind a proxy that asks the gate. */
export function siteBehindGate(network: Network, gate: () => number, site: () => number): Handler {
  const { askGate } = gateAt(network, gate);
  return async (outgoing) => {
    const { url, method, headers, body } = outgoing;
    const asked = await askGate(question(outgoing));
    const token = asked.headers[identityHeader];
    if (asked.status !== 200 || typeof token !== 'string') return asked;
    return network.toServer(site(), {
      path: `${url.pathname}${url.search}`,
      method,
      headers: { ...withoutIdentity(headers), 'x-forwarded-proto': 'https', [identityHeader]: token },
      ...(body === undefined ? {} : { body }),
    });
  };
}

/** Answers with what it believes: `{ session, handle }`, or the gate's refusal. */
export function oldService(options: OldServiceOptions): Handler {
  async function verified(token: string, outgoing: Outgoing): Promise<Answered> {
    const keys = createLocalJWKSet(Jwks.parse(json(await options.publishedKeys())));
    const { payload } = await jwtVerify(token, keys, {
      issuer: options.issuer,
      audience: outgoing.url.origin,
      algorithms: ['EdDSA'],
      typ: 'slipmat-identity+jwt',
      currentDate: new Date(options.now()),
    });
    const { sid, handle } = Claims.parse(payload);
    const lines = options.setCookie?.(outgoing) ?? [];
    return answer(200, lines, { session: sid, handle: handle === '' ? null : handle });
  }

  async function ask(headers: RequestHeaders): Promise<Answered> {
    try {
      return await options.askGate(headers);
    } catch (error) {
      silence(error, 'a proxy that cannot reach the gate answers 502 and passes nothing');
      return answer(502, [], {});
    }
  }

  return async (outgoing) => {
    const claimed = outgoing.headers[identityHeader];
    if (options.believesClients === true && claimed !== undefined) {
      return answer(200, [], { session: 'believed', handle: claimed });
    }
    const asked = await ask(question(outgoing));
    const token = asked.headers[identityHeader];
    if (asked.status !== 200) return { ...asked, body: Buffer.from('{}') };
    if (typeof token !== 'string') return answer(502, [], {});
    return verified(token, outgoing);
  };
}

/** Makes `oldService` ask the site that listens on the port. */
export function gateAt(
  network: Network,
  port: () => number,
): Pick<OldServiceOptions, 'askGate' | 'publishedKeys'> {
  return {
    askGate: (headers) => network.toServer(port(), { path: '/gate/check?anonymous=allow', headers }),
    publishedKeys: () => network.toServer(port(), { path: '/.well-known/jwks.json', headers: {} }),
  };
}
