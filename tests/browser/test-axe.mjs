/* axe-core finds nothing wrong on any route, in English and light, in French and dark (colours do not
 * depend on the language, nor words on the light, so the two see everything); and no page needs
 * sideways scrolling at 400 pixels, which is 1280 at 320 % zoom. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { entente, newDirectory } from './server.mjs';
import { axe, build, hinder, listen, missing, visit } from './world.mjs';

describe('every page', { skip: missing }, () => {
  let world, routes;
  before(async () => {
    world = await build();
    const { first, relationships, need, hopeless, logistics } = world.seeded;
    const [option] = (await world.api.call('GET', `/needs/${need.id}/options`)).data.options;
    const engagement = (await world.api.call('GET', '/engagements?limit=1')).data.items[0].id;
    const post = (await world.api.call('GET', '/actors?q=plans')).data.items.find(
      (a) => a.name_en === 'Head of plans',
    ).id;
    const other = newDirectory();
    const card = entente(other.dir, 'exchange', 'card', '--name', 'Eastmark');
    other.remove();
    const peer = (
      await world.api.call('POST', '/peers', {
        card,
        clearance: { class: 'UNCLASSIFIED' },
        release: { authority: 'Order 1', reason: 'Exercise' },
      })
    ).data.id;
    await world.api.call('POST', '/releases/propose', {
      nature: 'onward',
      to: [peer],
      reason: 'Standing arrangement',
    });
    routes = [
      '/exchange',
      `/exchange/${peer}`,
      '/releases',
      '/records/releases',
      '/records/annotations/new',
      '',
      '/partners',
      `/partners/${first}`,
      `/partners/${world.seeded.home}`,
      '/network',
      '/network?depth=2',
      `/network?view=paths&to=${world.seeded.partners[1].id}`,
      '/network?view=paths',
      '/network?view=risks',
      '/network?view=risks&risk=bridges',
      '/network?view=risks&risk=persons',
      '/network?view=risks&risk=needs',
      '/network?view=coverage',
      '/needs',
      '/needs/new',
      `/needs/${need.id}`,
      `/needs/${need.id}/edit`,
      `/needs/${need.id}/options/${option.key}`,
      `/needs/${need.id}/options/0000000000000000`,
      `/needs/${hopeless.id}`,
      '/requests',
      `/requests?need=${need.id}`,
      '/calendar',
      '/calendar?view=month',
      '/plan',
      '/plan?view=list&weeks=2',
      '/plan?hours=0',
      '/introductions',
      `/introductions?to=${world.seeded.partners[1].id}`,
      `/introductions?to=${world.seeded.partners[1].id}&disjoint=edge&without=${first}`,
      '/introductions?topic=nothing',
      '/health',
      '/continuity',
      `/handover/${post}`,
      `/agreements/${logistics.id}`,
      `/records/agreements/${logistics.id}/edit`,
      '/search',
      '/search?q=talks',
      '/users',
      '/account',
      '/import',
      '/about',
      '/records/engagements',
      `/records/engagements/${engagement}`,
      `/records/engagements/${engagement}/edit`,
      `/records/engagements/${engagement}/history`,
      `/records/relationships/${relationships[0].id}`,
      `/records/relationships/${relationships[0].id}/edit`,
      '/records/agreements',
      '/records/disclosures/new',
      '/nowhere',
    ];
  });
  after(() => world.close());

  for (const [lang, colorScheme] of [
    ['en', 'light'],
    ['fr', 'dark'],
  ])
    it(`is accessible in ${lang}, ${colorScheme}`, () =>
      visit(world, { colorScheme }, async (page, open) => {
        for (const route of routes) {
          await open(`/${lang}${route}`);
          assert.deepEqual(await axe(page), [], `/${lang}${route}`);
        }
      }));

  it('fits a narrow window in the language with the longer words', () =>
    visit(world, { viewport: { width: 400, height: 800 } }, async (page, open) => {
      for (const route of routes) {
        await open(`/fr${route}`);
        const [content, window] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          innerWidth,
        ]);
        assert.ok(content <= window, `/fr${route} is ${content} wide in ${window}`);
      }
    }));

  it('is accessible before signing in and inside dialogs', async () => {
    const context = await world.browser.newContext({ locale: 'fr-CA', colorScheme: 'dark' });
    const page = await context.newPage();
    await hinder(page);
    listen(page);
    await page.goto(world.base + '/fr');
    await page.locator('#username').waitFor();
    assert.deepEqual(await axe(page), []);
    await context.close();
    await visit(world, {}, async (page, open) => {
      await open('/en');
      await page.keyboard.press('n');
      await page.getByRole('button', { name: 'Add a commitment' }).click();
      assert.deepEqual(await axe(page), [], 'quick entry');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      assert.deepEqual(await axe(page), [], 'shortcuts');
      await open('/en/users');
      await page.getByRole('button', { name: 'New user' }).click();
      await page.getByRole('dialog').waitFor();
      assert.deepEqual(await axe(page), [], 'new user');
    });
  });
});
