/* Coming in, the two languages, the keyboard, and what is remembered. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { build, hinder, listen, missing, ready, visit } from './world.mjs';
import { serve } from './server.mjs';

describe('a session', { skip: missing }, () => {
  let world;
  before(async () => {
    world = await build();
  });
  after(() => world.close());

  it('begins with the one-time link, which works only once', async () => {
    const other = await serve(world.dir).catch((e) => e);
    /* The same instance may refuse a second server; then the link of the first one is spent already. */
    const link = other.link ?? world.link;
    const context = await world.browser.newContext({ locale: 'en-CA' });
    const page = await context.newPage();
    await hinder(page);
    const said = listen(page);
    try {
      await page.goto(link);
      if (other.link) {
        await ready(page);
        assert.equal(await page.locator('h1').textContent(), 'Today');
        assert.deepEqual(said, []);
        await context.clearCookies();
        await page.goto(link);
      }
      const answer = await context.request.get(new URL('/api/v1/me', link).href);
      assert.equal(answer.status(), 401, 'a spent link signs nobody in');
    } finally {
      await context.close();
      await other.stop?.();
    }
  });

  it('says that a wrong password is wrong, and lets a user in with the right one', async () => {
    await world.api.call('POST', '/users', {
      username: 'reader',
      display_name: 'Watch desk',
      role: 'reader',
      language: 'en',
      active: true,
      clearance: { class: 'UNCLASSIFIED' },
      password: 'a long enough password',
    });
    const context = await world.browser.newContext({ locale: 'en-CA' });
    const page = await context.newPage();
    await hinder(page);
    const said = listen(page);
    await page.goto(world.base + '/en/partners');
    await page.getByLabel('User name').fill('reader');
    await page.getByLabel('Password').fill('not this one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: 'not right' }).waitFor();
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Partners', level: 1 }).waitFor();
    assert.equal(
      await page.getByRole('button', { name: /New entry/ }).count(),
      0,
      'a reader is not offered to write',
    );
    await page.getByRole('button', { name: /Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByText('You have been signed out.').waitFor();
    assert.deepEqual(said, []);
    await context.close();
  });

  it('lets an administrator change a user, and end a clearance', () =>
    visit(world, {}, async (page, open) => {
      const about = (name) => page.getByRole('row').filter({ hasText: name });
      const listed = async () =>
        (await world.api.call('GET', '/users')).data.items.find((u) => u.username === 'reader');
      await open('/en/users');
      await page.getByRole('button', { name: 'Edit reader' }).click();
      await page.getByRole('textbox', { name: 'Cleared until' }).fill('2120-03-31');
      await page.getByLabel('Role').selectOption('contributor');
      await page.getByRole('button', { name: 'Save' }).click();
      await about('reader').getByText('until March 31, 2120').waitFor();
      await about('reader').getByText('Contributor').waitFor();
      assert.equal((await listed()).cleared_until, '2120-03-31');
      /* somebody else changes it while the form is open: said, where it can be seen, and nothing is lost */
      await page.getByRole('button', { name: 'Edit reader' }).click();
      await page.getByRole('textbox', { name: 'Cleared until' }).fill('2020-01-01');
      await world.api.call('PATCH', `/users/${(await listed()).id}`, { language: 'fr' }, { 'If-Match': '*' });
      await page.getByRole('button', { name: 'Save' }).scrollIntoViewIfNeeded();
      await page.getByRole('button', { name: 'Save' }).click();
      const said = page.getByRole('dialog').getByRole('alert');
      await said.waitFor();
      assert.ok(await said.evaluate((e) => e.getBoundingClientRect().top >= 0), 'it is in view');
      assert.equal(await page.getByRole('textbox', { name: 'Cleared until' }).inputValue(), '2020-01-01');
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Edit reader' }).click();
      await page.getByRole('textbox', { name: 'Cleared until' }).fill('2020-01-01');
      await page.getByRole('button', { name: 'Save' }).click();
      await about('reader').getByText('Clearance ended').waitFor();
    }));

  it('makes a user and lets them change their password', async () => {
    await visit(world, {}, async (page, open) => {
      await open('/en/users');
      await page.getByRole('button', { name: 'New user' }).click();
      await page.getByLabel('User name').fill('heron');
      await page.getByLabel('Password', { exact: false }).fill('short');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('alert').filter({ hasText: /10/ }).first().waitFor();
      await page.getByLabel('Password', { exact: false }).fill('the first password');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('row').filter({ hasText: 'heron' }).waitFor();
      /* what is unticked is taken away */
      const held = async () =>
        (await world.api.call('GET', '/users')).data.items.find((u) => u.username === 'heron').clearance;
      for (const on of [true, false]) {
        await page.getByRole('button', { name: 'Edit heron' }).click();
        await page.getByRole('checkbox', { name: 'Legal advice' }).setChecked(on);
        await page.getByRole('button', { name: 'Save' }).click();
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        assert.equal('Caveat' in ((await held()).restrictive ?? {}), on);
      }
    });
    const context = await world.browser.newContext({ locale: 'fr-CA' });
    const page = await context.newPage();
    await hinder(page);
    const enter = async (password) => {
      await page.goto(world.base + '/fr/account');
      await page.getByLabel('Nom d’utilisateur').fill('heron');
      await page.getByLabel('Mot de passe').fill(password);
      await page.getByRole('button', { name: 'Ouvrir la session' }).click();
      await page.getByRole('heading', { name: 'Votre compte', level: 1 }).waitFor();
    };
    const change = async (from, to) => {
      await page.getByLabel('Mot de passe actuel').fill(from);
      await page.getByLabel(/^Nouveau mot de passe(?!, encore)/).fill(to);
      await page.getByLabel('Nouveau mot de passe, encore').fill(to);
      await page.getByRole('button', { name: 'Changer le mot de passe' }).click();
    };
    await enter('the first password');
    await change('not this one', 'the second password');
    await page.getByText('ce n\'est pas votre mot de passe').first().waitFor();
    await change('the first password', 'the second password');
    await page.getByText('Le mot de passe a été changé.').waitFor();
    await context.clearCookies();
    await enter('the second password');
    await context.close();
  });

  it('takes the language of the browser on the first visit only', () =>
    visit(world, { locale: 'fr-CA' }, async (page, open) => {
      await open('/');
      assert.equal(new URL(page.url()).pathname, '/fr');
      await open('/en');
      assert.equal(await page.locator('html').getAttribute('lang'), 'en-CA');
    }));

  it('changes the language in place and keeps what was typed', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/records/engagements/new');
      await page.getByLabel('Title').first().fill('Half a thought');
      const other = page.getByRole('link', { name: 'Français' });
      assert.equal(await other.getAttribute('lang'), 'fr-CA');
      assert.equal(await other.getAttribute('hreflang'), 'fr-CA');
      await other.click();
      await page.waitForURL('**/fr/records/engagements/new');
      assert.equal(await page.locator('html').getAttribute('lang'), 'fr-CA');
      assert.equal(await page.getByLabel('Titre').first().inputValue(), 'Half a thought');
      await page.getByLabel('Titre').first().fill('');
    }));

  it('writes numbers and dates as French Canada does', () =>
    visit(world, {}, async (page, open) => {
      await open(`/fr/partners/${world.seeded.first}`);
      const figure = await page.locator('.trust-big').first().textContent();
      assert.match(figure, /^\d+\u00a0%/);
      assert.match(await page.locator('.explain .total').textContent(), /\d,\d\d\s?%/);
    }));

  it('keeps the appearance that was chosen', () =>
    visit(world, { colorScheme: 'light' }, async (page, open) => {
      await open('/en');
      await page.getByRole('button', { name: 'Appearance' }).click();
      await page.getByRole('menuitemradio', { name: 'Dark' }).click();
      await page.reload();
      await ready(page);
      assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    }));

  it('can be used with the keyboard alone', () =>
    visit(world, {}, async (page, open) => {
      await open('/en');
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to the content');
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'content');
      await page.keyboard.press('g');
      await page.keyboard.press('p');
      await page.getByRole('heading', { name: 'Partners', level: 1 }).waitFor();
      const rows = page.locator('a[data-row]');
      await rows.first().focus();
      await page.keyboard.press('ArrowDown');
      assert.equal(
        await page.evaluate(() => document.activeElement?.textContent),
        await rows.nth(1).textContent(),
      );
      await page.keyboard.press('Enter');
      await page.locator('.trust-big').first().waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('/');
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'search');
    }));

  it('shows the focus wherever it is', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/partners');
      for (let i = 0; i < 30; i++) {
        await page.keyboard.press('Tab');
        const style = await page.evaluate(() => {
          const el = document.activeElement;
          if (!el || el === document.body) return null;
          const s = getComputedStyle(el),
            label = el.closest('label');
          const around = label ? getComputedStyle(label).outlineStyle : 'none';
          return { name: el.outerHTML.slice(0, 80), seen: s.outlineStyle !== 'none' || around !== 'none' };
        });
        if (style) assert.ok(style.seen, `the focus shows on ${style.name}`);
      }
    }));

  it('marks every page above and below', () =>
    visit(world, {}, async (page, open) => {
      await open(`/en/partners/${world.seeded.first}`);
      const banners = page.getByRole('region', { name: /Security marking/ });
      assert.equal(await banners.count(), 2);
      assert.match(
        await banners.first().textContent(),
        /RESTRICTED/,
        'the disclosure on the page is RESTRICTED',
      );
      assert.equal(await banners.first().textContent(), await banners.last().textContent());
    }));
});
