/* An agreement's page, the outcome of an obligation and what it does to trust, the calendar in both its
 * forms, and what Today says of them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { build, missing, ready, until, visit } from './world.mjs';

describe('agreements and the calendar', { skip: missing }, () => {
  let world;
  before(async () => {
    world = await build();
  });
  after(() => world.close());

  const get = async (path) => (await world.api.call('GET', path)).data;

  it('shows where an agreement stands, and warns before the last day for notice', () =>
    visit(world, {}, async (page, open) => {
      const { status } = await get(`/agreements/${world.seeded.logistics.id}/page`);
      await open(`/en/partners/${world.seeded.first}`);
      await page.getByRole('link', { name: 'Mutual logistics arrangement' }).first().click();
      await page.getByRole('heading', { name: 'Mutual logistics arrangement', level: 1 }).waitFor();
      await ready(page);
      await page.locator('.agreement-state', { hasText: 'In force' }).waitFor();
      await page.getByText('The last day for notice is').waitFor();
      assert.equal(await page.locator('.timeline-list li').count(), status.timeline.length);
      const parties = page.getByRole('region', { name: 'Parties: table' });
      assert.equal(await parties.locator('tbody tr').count(), status.parties.length);
      assert.match(await parties.textContent(), /Northland.*Bound/);
    }));

  it('draws the balance by year and says the same in a table', () =>
    visit(world, {}, async (page, open) => {
      const { balance } = await get(`/agreements/${world.seeded.logistics.id}/page`);
      await open(`/en/agreements/${world.seeded.logistics.id}`);
      assert.equal(await page.locator('.bars rect').count(), 2 * balance.rows.length);
      const table = page.getByRole('region', { name: /^Balance.*table$/ });
      assert.equal(await table.locator('tbody tr').count(), balance.rows.length);
      assert.match(await table.textContent(), /42,000/);
      assert.match(await table.textContent(), /Northland owes .*9,500\.50/);
    }));

  it('records that an obligation was fulfilled late, which is evidence', () =>
    visit(world, {}, async (page, open) => {
      const { home, first, duty, logistics } = world.seeded;
      const evidence = async () => (await get(`/trust?truster=${home}&trustee=${first}`)).evidence;
      const before = await evidence();
      await open(`/en/agreements/${logistics.id}`);
      const overdue = page.locator('.obligation tr', { hasText: 'Overdue' });
      const open1 = await overdue.count();
      assert.ok(open1 > 0);
      await overdue.first().getByRole('button', { name: 'Fulfilled', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page.getByRole('alert').filter({ hasText: /late/ }).waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      await overdue.first().getByRole('button', { name: 'Fulfilled late' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page.getByText('It was recorded.').waitFor();
      await until(async () => (await overdue.count()) === open1 - 1);
      assert.equal((await get(`/obligations/${duty.id}`)).instances[0].state, 'late');
      assert.equal(await evidence(), before + 1);
      await page.getByRole('button', { name: 'Record an occurrence' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page
        .locator('.obligor', { hasText: 'Consult before large orders' })
        .locator('tbody tr')
        .waitFor();
    }));

  it('begins a transaction under the agreement', () =>
    visit(world, {}, async (page, open) => {
      await open(`/en/agreements/${world.seeded.logistics.id}`);
      await page.getByRole('link', { name: 'Add a transaction' }).click();
      await until(
        async () => (await page.locator('#f-agreement').inputValue()) === 'Mutual logistics arrangement',
      );
    }));

  it('lists what falls due, filtered by kind and partner', () =>
    visit(world, {}, async (page, open) => {
      const { items } = await get('/calendar');
      await open('/en/calendar');
      const rows = page.locator('.days .rows li');
      assert.equal(await rows.count(), items.length);
      await page.getByText('Agreements that need a decision').waitFor();
      await page.getByLabel('Kind').selectOption('obligation');
      const wanted = items.filter((i) => i.what === 'obligation').length;
      await until(async () => (await rows.count()) === wanted);
      await page.getByLabel('Kind').selectOption('');
      const south = world.seeded.partners[2].id;
      await page.getByLabel('Partner').selectOption(south);
      const theirs = items.filter((i) => i.from === south || i.to === south).length;
      await until(async () => (await rows.count()) === theirs);
    }));

  it('shows a month as a grid of days and goes to the next', () =>
    visit(world, {}, async (page, open) => {
      await open('/fr/calendar?view=month&month=2026-02');
      const table = page.locator('.month-table');
      assert.equal(await table.locator('tbody td:not(.outside)').count(), 28);
      assert.match(await table.locator('thead').textContent(), /dim/);
      await page.getByRole('button', { name: 'Mois suivant' }).click();
      await page.getByText('mars 2026', { exact: true }).waitFor();
      assert.equal(await table.locator('tbody td:not(.outside)').count(), 31);
      await open('/en/calendar?view=month');
      await page.locator('.month-table .is-today').waitFor();
      await page.locator('.event', { hasText: 'Lend two generators' }).waitFor();
    }));

  it('says on Today what agreements and requests ask', () =>
    visit(world, {}, async (page, open) => {
      const today = await get('/today');
      await open('/en');
      const section = (id) => page.locator(`section[aria-labelledby="${id}"]`);
      assert.equal(await section('waiting').locator('li').count(), today.requests_waiting.length);
      assert.equal(await section('notices').locator('li').count(), today.agreement_notices.length);
      assert.ok(today.agreement_notices.length > 0);
      await section('notices').getByRole('link', { name: 'Mutual logistics arrangement' }).click();
      await page.waitForURL('**/agreements/*');
      await open('/en');
      await section('waiting').getByRole('link', { name: 'Send the port survey' }).click();
      await page.waitForURL('**/requests?side=in');
      await page.locator('.request-card').first().waitFor();
      assert.equal(await page.locator('.request-card').count(), 1);
    }));

  it('finds records of the new kinds and leads to the page that says most', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/search?q=valley');
      await page.getByRole('link', { name: /Reach the cut-off valley/ }).click();
      await page.waitForURL('**/needs/*');
      await open('/en/search?q=logistics');
      await page.getByRole('link', { name: /Mutual logistics arrangement/ }).click();
      await page.waitForURL('**/agreements/*');
    }));
});
