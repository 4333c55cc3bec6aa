/* From a need to the exact set of options and on: an option's page, requests made of it, their answers on
 * the board, and what an answer does to trust. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { iso } from './seed.mjs';
import { build, missing, ready, until, visit } from './world.mjs';

describe('from a need to its options', { skip: missing }, () => {
  let world;
  before(async () => {
    world = await build();
  });
  after(() => world.close());

  const get = async (path) => (await world.api.call('GET', path)).data;
  const pick = async (page, field, text, option) => {
    await page.locator(field).fill(text);
    await page.getByRole('option', { name: option }).first().click();
  };

  it('states a need in the words of the vocabularies and shows at once who can cover it', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/needs');
      await page.getByRole('link', { name: 'New need' }).first().click();
      await page.getByRole('heading', { name: 'New need', level: 1 }).waitFor();
      assert.equal(await page.getByLabel('State').inputValue(), 'open', 'defaults are filled in');
      await page.locator('#f-title').fill('Search the old town');
      await page.locator('#f-region').fill('Canada');
      await page.locator('#f-region').blur();
      assert.match(await page.locator('#f-region').inputValue(), /Canada \(CAN\)/);
      await page.locator('#f-requirements-0-capability').fill('search');
      const option = page.getByRole('option', { name: /Urban search/ });
      await option.waitFor();
      assert.match(await option.textContent(), /Rescue terms/, 'whose word it is');
      await option.click();
      await page.locator('#f-requirements-0-required_by').fill('+5d');
      await page.getByRole('button', { name: 'Add a requirement' }).click();
      await pick(page, '#f-requirements-1-capability', 'bridg', /Bridging/);
      await page.getByRole('button', { name: 'Remove requirement 2' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('heading', { name: 'Search the old town', level: 1 }).waitFor();
      await page.locator('.options-table tbody tr').first().waitFor();
      const id = new URL(page.url()).pathname.split('/').pop();
      const stated = await get(`/needs/${id}`);
      assert.equal(stated.region, 'CAN');
      assert.equal(stated.requirements.length, 1);
      assert.equal(stated.requirements[0].required_by, iso(5));
      const answer = await get(`/needs/${id}/options`);
      assert.equal(await page.locator('.options-table tbody tr').count(), answer.options.length);
      await page.getByText('Exact: these are all').waitFor();
    }));

  it('draws the options and says the same in words and in a table', () =>
    visit(world, {}, async (page, open) => {
      const answer = await get(`/needs/${world.seeded.need.id}/options`);
      assert.ok(answer.options.length > 1);
      await open(`/en/needs/${world.seeded.need.id}`);
      assert.equal(await page.locator('.point-link').count(), answer.options.length);
      await page.locator('.point-link[tabindex="0"]').focus();
      const first = await page.locator('.scatter-says').textContent();
      assert.match(first, /Option \d+: .*Probability/);
      await page.keyboard.press('ArrowRight');
      await until(async () => (await page.locator('.scatter-says').textContent()) !== first);
      assert.equal(await page.locator('.row-on').count(), 1, 'the row of the same option is marked');
      await page.getByRole('button', { name: 'Burden' }).click();
      await page.getByRole('button', { name: 'Burden' }).click();
      const burdens = await page.locator('.options-table tbody tr td:nth-child(4)').allTextContents();
      assert.deepEqual(
        burdens.map(Number),
        answer.options.map((o) => o.burden).sort((a, b) => b - a),
      );
      await page.keyboard.press('Tab');
      await page.locator('.point-link[tabindex="0"]').focus();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/options/*');
      await page.getByRole('heading', { name: 'Who brings what' }).waitFor();
    }));

  it('leaves a partner out when asked, and comes back', () =>
    visit(world, {}, async (page, open) => {
      const id = world.seeded.need.id,
        east = world.seeded.partners[1].id;
      await open(`/en/needs/${id}`);
      await page.getByLabel('Without partner').first().selectOption(east);
      const { options } = await get(`/needs/${id}/options?without=${east}`);
      await until(async () => (await page.locator('.options-table tbody tr').count()) === options.length);
      assert.equal(await page.locator('.options-table', { hasText: 'Eastmark' }).count(), 0);
      await page.getByRole('button', { name: 'Remove Eastmark' }).click();
      await page.locator('.options-table', { hasText: 'Eastmark' }).waitFor();
    }));

  it('says what is missing and begins the repair', () =>
    visit(world, {}, async (page, open) => {
      await open(`/en/needs/${world.seeded.hopeless.id}`);
      await page.getByText('No set of partners covers this need as it is stated.').waitFor();
      await page.locator('.missing', { hasText: '4 needed, 1 at most available' }).waitFor();
      const { repairs } = await get(`/needs/${world.seeded.hopeless.id}/gaps`);
      assert.equal(await page.locator('.repair').count(), repairs.length);
      await page.locator('.repair').first().getByRole('link', { name: 'Change: Offer' }).click();
      await page.locator('#f-quantity').waitFor();
      assert.equal(await page.locator('#f-quantity').inputValue(), '4', 'what mends it is filled in');
      await page.locator('#f-quantity').fill('1');
    }));

  it('begins a new record with what its address says, references by name', () =>
    visit(world, {}, async (page, open) => {
      const { first, home, logistics } = world.seeded;
      await open(
        `/en/records/obligations/new?agreement=${logistics.id}&obligor=${first}&beneficiary=${home}&survives=true&text=Say%20so`,
      );
      await until(
        async () => (await page.locator('#f-agreement').inputValue()) === 'Mutual logistics arrangement',
      );
      assert.equal(await page.locator('#f-obligor').inputValue(), 'Northland');
      assert.equal(await page.locator('#f-survives').inputValue(), 'true');
      assert.equal(await page.locator('#f-text').inputValue(), 'Say so');
      await page.locator('#f-text').fill('');
    }));

  it('goes from an option to requests, to an answer, to trust', () =>
    visit(world, {}, async (page, open) => {
      const id = world.seeded.need.id,
        home = world.seeded.home;
      const [option] = (await get(`/needs/${id}/options`)).options;
      const partner = option.members.find((m) => !m.own).actor;
      const evidence = async () => (await get(`/trust?truster=${home}&trustee=${partner}`)).evidence;
      const before = await evidence();
      await open(`/en/needs/${id}/options/${option.key}`);
      await page.getByRole('heading', { name: 'If a partner drops out' }).waitFor();
      await page.getByRole('button', { name: 'Make requests' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Words to go with it').fill('Please help us reach the valley');
      await dialog.getByRole('button', { name: 'Submit the requests' }).click();
      await page.waitForURL('**/requests?need=*');
      await ready(page);
      const cards = page.locator('.request-card');
      await until(async () => (await cards.count()) === option.members.filter((m) => !m.own).length);
      const { title } = (await get('/requests-board')).refs[partner];
      const card = cards.filter({ hasText: title });
      assert.match(await card.textContent(), /days|hours/, 'the clock is shown');
      await card.getByRole('button', { name: 'Record the answer' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page.getByText('The answer was recorded.').waitFor();
      await page.locator('[aria-labelledby="column-offered"] .request-card', { hasText: title }).waitFor();
      assert.equal(await evidence(), before + 1, 'an answer in time is evidence');
      await open(`/en/needs/${id}/options/${option.key}`);
      await page.getByText(/requests? (was|were) made for this option/).waitFor();
    }));

  it('moves a request on by the keyboard, to allowed states only', () =>
    visit(world, {}, async (page, open) => {
      const [late] = world.seeded.requests;
      await open('/en/requests');
      const card = page.locator('.request-card', { hasText: 'Lend two generators' });
      await card.getByText(/overdue/).waitFor();
      await card.getByRole('button', { name: /Other steps/ }).focus();
      await page.keyboard.press('Enter');
      const items = page.getByRole('menuitem');
      await items.first().waitFor();
      const allowed = await items.allTextContents();
      assert.ok(allowed.includes('Validate') && !allowed.includes('Settled'), allowed.join());
      await page.keyboard.press('Enter');
      await page.locator('[aria-labelledby="column-validated"] .request-card').waitFor();
      assert.equal((await get(`/requests/${late.id}`)).state, 'validated');
    }));

  it('takes a refusal with its reason, and a part of what was asked', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/requests?side=in');
      const incoming = page.locator('.request-card');
      assert.equal(await incoming.count(), 1);
      await incoming.getByRole('button', { name: 'Record the answer' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Declined').click();
      await dialog.getByLabel('Reason').fill('The survey is under way');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.locator('[aria-labelledby="column-closed"]', { hasText: 'Send the port survey' }).waitFor();
      const refused = await get(`/requests/${world.seeded.requests[2].id}`);
      assert.equal(refused.state, 'declined');
      assert.equal(refused.reason, 'The survey is under way');
      await page.getByText('Asked by us').click();
      const charts = page.locator('.request-card', { hasText: 'Share the ice charts' });
      await charts.getByRole('button', { name: 'Record the answer' }).click();
      await dialog.getByText('In part', { exact: true }).click();
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.locator('[aria-labelledby="column-offered"]', { hasText: 'Share the ice charts' }).waitFor();
      assert.equal((await get(`/requests/${world.seeded.requests[1].id}`)).answer, 'part');
    }));

  it('prints an option with its marking and without its buttons', () =>
    visit(world, {}, async (page, open) => {
      const [option] = (await get(`/needs/${world.seeded.need.id}/options`)).options;
      await open(`/fr/needs/${world.seeded.need.id}/options/${option.key}`);
      await page.getByRole('heading', { name: 'Qui apporte quoi' }).waitFor();
      await page.emulateMedia({ media: 'print' });
      assert.ok(await page.locator('.marking-top').isVisible());
      assert.ok(await page.locator('.marking-bottom').isVisible());
      assert.equal(await page.locator('main .button:visible').count(), 0);
      assert.equal(await page.locator('.side:visible').count(), 0);
    }));
});
