/* Signing in by way of an identity provider, in a real browser: the button, the way there and back,
 * what is said when it does not work, and the session that ends under the reader's eyes. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { AXE, hinder, launch, listen, missing, ready } from './world.mjs';

const absent = existsSync(new URL('../oidc/node_modules', import.meta.url)) ? missing : 'tests/oidc/node_modules is absent';

describe('signing in by way of an identity provider', { skip: absent }, () => {
  let w;
  let browser;
  before(async () => {
    const { newWorld } = await import('../oidc/world.mjs');
    w = await newWorld({ config: { password_login: 'administrators' } });
    await w.start();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await w?.stop();
  });

  async function visit(options, test) {
    const context = await browser.newContext({ locale: 'en-CA', ignoreHTTPSErrors: true, ...options });
    /* The provider's pages ask for fonts from elsewhere. */
    await context.route((url) => url.hostname !== '127.0.0.1', (route) => route.fulfill({ status: 204, body: '' }));
    const page = await context.newPage();
    await hinder(page);
    const said = listen(page);
    try {
      await test(page);
      assert.deepEqual(said, []);
    } finally {
      await context.close();
    }
  }

  /* The provider's own pages. */
  async function pass(page, login) {
    await page.locator('input[name=login]').fill(login);
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    await page.getByRole('button', { name: 'Continue' }).click();
  }

  it('offers the provider by name in both languages, and passwords to administrators only', () =>
    visit({}, async (page) => {
      await page.goto(w.instance.base + '/en');
      await page.getByRole('link', { name: 'Sign in with Test sign-on' }).waitFor();
      await page.getByText('Here only administrators sign in with a password.').waitFor();
      await page.evaluate(AXE);
      const found = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(found.violations.map((v) => v.id), []);
      await page.goto(w.instance.base + '/fr');
      await page.getByRole('link', { name: 'Se connecter avec Connexion d’essai' }).waitFor();
    }));

  it('leads there and back to the page that was asked for', () =>
    visit({}, async (page) => {
      await page.goto(w.instance.base + '/en/partners');
      await page.getByRole('link', { name: 'Sign in with Test sign-on' }).click();
      await pass(page, 'alice');
      await page.getByRole('heading', { name: 'Partners', level: 1 }).waitFor();
      assert.equal(new URL(page.url()).pathname, '/en/partners');
      await page.getByRole('button', { name: /Account/ }).click();
      await page.getByText('Alice Arsenault').first().waitFor();
    }));

  it('says in words why somebody is not let in, in both languages', () =>
    visit({}, async (page) => {
      await page.goto(w.instance.base + '/en');
      await page.getByRole('link', { name: 'Sign in with Test sign-on' }).click();
      await pass(page, 'carol');
      await page.getByRole('alert').filter({ hasText: 'no rule here gives you access' }).waitFor();
      await page.goto(w.instance.base + '/fr/login?problem=token-nonce');
      await page.getByRole('alert').filter({ hasText: 'n’était pas fiable' }).waitFor();
      await page.goto(w.instance.base + '/en/login?problem=constructor');
      await page.getByRole('alert').filter({ hasText: 'Something went wrong' }).waitFor();
      assert.equal(await page.getByRole('heading', { name: 'Sign in' }).count(), 1);
    }));

  it('shows the sign-in page by itself when the clearance of its reader changes', () =>
    visit({}, async (page) => {
      await page.goto(w.instance.base + '/en');
      await page.getByRole('link', { name: 'Sign in with Test sign-on' }).click();
      await pass(page, 'bob');
      await ready(page);
      await page.getByRole('button', { name: /Account/ }).waitFor();
      const root = await w.instance.administrator();
      const users = (await root.get(w.instance.base + '/api/v1/users')).json.items;
      const bob = users.find((u) => u.username === 'bob');
      const changed = await root.ask('PATCH', `${w.instance.base}/api/v1/users/${bob.id}`, {
        json: { role: 'contributor' },
        headers: { 'If-Match': '*' },
      });
      assert.equal(changed.status, 200, changed.text);
      await page.getByText('You have been signed out.').waitFor();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    }));
});
