/* A browser without a window: cookies by host and path, forms, redirects followed one at a time. */
import http from 'node:http';
import https from 'node:https';

const MAX_STEPS = 20;

export class Browser {
  constructor({ ca, address, identity } = {}) {
    this.identity = identity ?? {}; /* a client certificate: {cert, key} */
    this.ca = ca;
    this.address = address; /* the local address to come from */
    this.cookies = []; /* {host, path, name, value} */
    this.csrf = '';
  }

  cookieHeader(url) {
    return this.cookies
      .filter((c) => c.host === url.host && url.pathname.startsWith(c.path))
      .map((c) => `${c.name}=${c.value}`)
      .join('; ');
  }

  take(url, lines = []) {
    for (const line of lines) {
      const [pair, ...attributes] = line.split(';').map((part) => part.trim());
      const at = pair.indexOf('=');
      const path = attributes.find((a) => /^path=/i.test(a))?.slice(5) ?? '/';
      const name = pair.slice(0, at);
      this.cookies = this.cookies.filter(
        (c) => !(c.host === url.host && c.path === path && c.name === name));
      const gone = attributes.some((a) => /^max-age=0$/i.test(a)) ||
        attributes.some((a) => /^expires=/i.test(a) && Date.parse(a.slice(8)) < Date.now());
      if (!gone) this.cookies.push({ host: url.host, path, name, value: pair.slice(at + 1) });
    }
  }

  cookie(name) {
    return this.cookies.find((c) => c.name === name)?.value;
  }

  /* One request; redirects are not followed. */
  ask(method, address, { form, json, headers = {} } = {}) {
    const url = new URL(address);
    const body = form ? new URLSearchParams(form).toString() : json ? JSON.stringify(json) : undefined;
    const sent = { Connection: 'close', ...headers };
    const cookies = this.cookieHeader(url);
    if (cookies) sent.Cookie = cookies;
    if (this.csrf && method !== 'GET') sent['X-Entente-CSRF'] = this.csrf;
    if (form) sent['Content-Type'] = 'application/x-www-form-urlencoded';
    if (json) {
      sent['Content-Type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    }
    if (body) sent['Content-Length'] = Buffer.byteLength(body);
    const library = url.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const request = library.request(
        url, { method, headers: sent, ca: this.ca, ...this.identity, localAddress: this.address, agent: false },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part) => (text += part));
          response.on('end', () => {
            this.take(url, response.headers['set-cookie']);
            resolve({
              status: response.statusCode,
              headers: response.headers,
              location: response.headers.location && new URL(response.headers.location, url).href,
              setCookie: response.headers['set-cookie'] ?? [],
              text,
              url: url.href,
              get json() {
                return JSON.parse(text);
              },
            });
          });
        });
      request.on('error', reject);
      request.end(body);
    });
  }

  get(address, options) {
    return this.ask('GET', address, options);
  }

  /* Follows redirects until there is none, or until `stop` says so of the next address. */
  async follow(address, stop = () => false) {
    let answer = await this.get(address);
    for (let i = 0; answer.location && i < MAX_STEPS; i++) {
      if (stop(answer.location)) return answer;
      answer = await this.get(answer.location);
    }
    return answer;
  }
}
