/* An identity provider that lies: its documents and tokens are what a test says. Tokens are made by
 * the npm package jose, or by hand where no library would make them. */
import { createHash, createHmac, generateKeyPairSync, sign, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import https from 'node:https';

globalThis.crypto ??= webcrypto; /* Node 18 has it behind a flag */
const { SignJWT, importJWK } = await import('jose');

const b64 = (value) => Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');

export const CLIENT = 'entente-test';
export const ACCESS = 'an-access-token';

export function newPair(alg, kid) {
  const made = {
    RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    RSA1024: () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
    ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    EdDSA: () => generateKeyPairSync('ed25519'),
  }[alg]();
  const jwk = made.publicKey.export({ format: 'jwk' });
  return { kid, privateKey: made.privateKey, publicKey: made.publicKey, private: made.privateKey.export({ format: 'jwk' }),
    public: { ...jwk, kid, use: 'sig' } };
}

export const halfHash = (text, name) => {
  const hash = createHash(name).update(text).digest();
  return hash.subarray(0, hash.length / 2).toString('base64url');
};

export async function signed(pair, claims, header = {}) {
  const alg = header.alg ?? 'RS256';
  return new SignJWT(claims).setProtectedHeader({ alg, kid: pair.kid, ...header })
    .sign(await importJWK(pair.private, alg));
}

/* Any header whatever, signed with RS256 as if it said so. */
export function signedByHand(pair, header, claims) {
  const input = `${b64(header)}.${b64(claims)}`;
  return `${input}.${b64(sign('sha256', Buffer.from(input), pair.privateKey))}`;
}

export function hmac(secret, header, claims) {
  const input = `${b64(header)}.${b64(claims)}`;
  return `${input}.${b64(createHmac('sha256', secret).update(input).digest())}`;
}

export const unsigned = (claims, alg = 'none') => `${b64({ alg, typ: 'JWT' })}.${b64(claims)}.`;

/* `play` is the lie of the moment; every function may be replaced. */
export async function startLiar({ port, tls }) {
  const issuer = `https://127.0.0.1:${port}`;
  const good = newPair('RS256', 'good');
  const liar = { issuer, good, requests: [], play: {} };
  const discovery = () => ({
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    code_challenge_methods_supported: ['S256'],
    response_types_supported: ['code'],
  });
  const reply = (response, status, body, type = 'application/json') => {
    const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    response.writeHead(status, { 'Content-Type': type, Connection: 'close' }).end(text);
  };
  const answers = {
    '/.well-known/openid-configuration': (r) => reply(r, 200, liar.play.discovery?.(discovery()) ?? discovery()),
    '/jwks': (r) => reply(r, 200, liar.play.jwks?.() ?? { keys: [good.public] }),
    '/userinfo': (r) => reply(r, 200, liar.play.userinfo?.() ?? {}),
    '/token': async (r) => {
      if (liar.play.token) return liar.play.token(r, reply);
      const answer = { access_token: ACCESS, token_type: 'Bearer', id_token: await liar.play.idToken(liar.claims()) };
      return reply(r, 200, { ...answer, ...liar.play.more });
    },
  };
  /* What a true token would say for the sign-in that asked last. */
  liar.claims = () => {
    const now = Math.floor(Date.now() / 1000);
    return { iss: issuer, aud: CLIENT, sub: 'subject', nonce: liar.nonce, iat: now, exp: now + 300,
      preferred_username: 'someone', groups: ['staff'] };
  };
  const server = https.createServer({ key: readFileSync(tls.key), cert: readFileSync(tls.cert) }, (request, response) => {
    const path = new URL(request.url, issuer).pathname;
    liar.requests.push(path);
    request.resume();
    if (answers[path]) answers[path](response);
    else reply(response, 404, {});
  });
  await new Promise((resolve, reject) => server.on('error', reject).listen(port, '127.0.0.1', resolve));
  liar.stop = () => new Promise((done) => {
    server.close(done);
    server.closeAllConnections();
  });
  return liar;
}
