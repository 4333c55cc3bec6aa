/* The real program on a new instance: starts it on any free port, signs in by its one-time link and
 * speaks the API, so that the tests can put records where the browser will find them. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PROGRAM = process.env.ENTENTE_BIN ?? process.env.ENTENTE ?? '';

export function newDirectory() {
  const dir = mkdtempSync(join(tmpdir(), 'entente-browser-'));
  entente(dir, 'init');
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export function entente(dir, ...args) {
  return execFileSync(PROGRAM, ['--dir', dir, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/* Resolves when the program has printed the link that signs in once. */
export function serve(dir) {
  const child = spawn(PROGRAM, ['--dir', dir, 'serve', '--port', '0', '--print-login-link'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no link was printed:\n' + said)), 30000);
    const read = (text) => {
      said += text;
      const link = /https?:\/\/\S+\/login\?code=\S+/.exec(said);
      if (!link) return;
      clearTimeout(timer);
      const stop = () =>
        new Promise((done) => {
          child.once('exit', done);
          child.kill('SIGTERM');
        });
      resolve({ base: new URL(link[0]).origin, link: link[0], stop });
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.on('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the program ended with ${code}:\n${said}`));
    });
  });
}

/* A client with a session of its own; every refusal is an error with the server's reason. */
export async function signIn(base, link) {
  const answer = await fetch(link, { redirect: 'manual' });
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0];
  if (!cookie) throw new Error(`the link answered ${answer.status} without a cookie`);
  let csrf = '';
  const call = async (method, path, body, headers = {}) => {
    const response = await fetch(base + '/api/v1' + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: {
        Cookie: cookie,
        'X-Entente-CSRF': csrf,
        'Content-Type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
        ...headers,
      },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return { data: text ? JSON.parse(text) : null, etag: response.headers.get('etag') };
  };
  const me = (await call('GET', '/me')).data;
  csrf = me.csrf;
  return { call, me, cookie: { name: cookie.split('=')[0], value: cookie.slice(cookie.indexOf('=') + 1) } };
}
