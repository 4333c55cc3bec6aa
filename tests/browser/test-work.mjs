/* The daily work: the brief, a quick entry, a search, a change beside somebody else's change. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { entente } from './server.mjs';
import { build, missing, ready, until, visit } from './world.mjs';

describe('the daily work', { skip: missing }, () => {
  let world;
  before(async () => {
    world = await build();
  });
  after(() => world.close());

  it('starts with what needs attention', () =>
    visit(world, {}, async (page, open) => {
      await open('/en');
      await page.getByRole('heading', { name: /Overdue commitments/ }).waitFor();
      await page.getByRole('link', { name: 'Deliver the weekly picture' }).first().waitFor();
      assert.ok((await page.getByText(/days late/).count()) > 0);
    }));

  it('says who worked at the console, and a label, in the reader’s words', () =>
    visit(world, {}, async (page, open) => {
      const made = JSON.parse(
        entente(world.dir, '-o', 'json', 'actor', 'create', '--nature=organisation', '--name-en=Bureau'),
      );
      await open(`/fr/records/actors/${made.id}/history`);
      await page.getByText('l’opérateur').waitFor();
      await open(`/fr/records/actors/${made.id}`);
      await page.locator('.meta dd', { hasText: 'NON CLASSIFIÉ' }).waitFor();
    }));

  it('sorts and filters the portfolio by its headers', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/partners');
      const names = () => page.locator('a[data-row]').allTextContents();
      assert.equal((await names()).length, world.seeded.partners.length);
      await page.getByRole('button', { name: 'Our trust' }).click();
      await page.locator('th[aria-sort="descending"]').waitFor();
      await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
      const figures = (await page.locator('tbody tr td:nth-child(3) .trust-value').allTextContents()).map(
        (x) => parseInt(x, 10),
      );
      assert.deepEqual(
        figures,
        [...figures].sort((a, b) => b - a),
      );
      await page.getByLabel('Filter by name').fill('harb');
      await until(async () => (await names()).length === 1);
      assert.deepEqual(await names(), ['Harbour Institute']);
      assert.match(page.url(), /q=harb/);
    }));

  it('orders records by their own date, and by no date that lists have no order for', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/records/commitments');
      const answer = page.waitForResponse((r) => r.url().includes('sort=-when'));
      await page.getByRole('button', { name: 'Due' }).click();
      const dates = (await (await answer).json()).items.map((x) => x.due);
      await page.locator('th[aria-sort="descending"]', { hasText: 'Due' }).waitFor();
      assert.ok(dates.length > 2);
      assert.deepEqual(dates, [...dates].sort().reverse());
      await open('/en/records/agreements');
      assert.equal(await page.getByRole('button', { name: 'In force' }).count(), 0);
    }));

  it('explains a figure line by line, and the lines add up', () =>
    visit(world, {}, async (page, open) => {
      await open(`/en/partners/${world.seeded.first}`);
      const more = page.getByRole('button', { name: /Show all \d+ facts/ });
      if (await more.count()) await more.click();
      const cents = (text) =>
        Math.round(parseFloat(text.replace('\u2212', '-').replace(/[^\d.-]/g, '')) * 100);
      const rows = page.locator('.explain tbody tr:not(.sum)');
      let sum = 0;
      for (const text of await rows.locator('td:last-child').allTextContents()) sum += cents(text);
      const total = await page.locator('.explain .total td:last-child').textContent();
      assert.equal(sum, cents(total), 'the printed lines add up to the printed result');
      assert.equal(
        parseInt(await page.locator('.trust-big').first().textContent(), 10),
        Math.round(cents(total) / 100),
      );
    }));

  it('goes back in time', () =>
    visit(world, {}, async (page, open) => {
      await open(`/en/partners/${world.seeded.first}`);
      const now = await page.locator('.trust-foot').first().textContent();
      await page.locator('#as-of').fill('-2y');
      await page.locator('#as-of').press('Enter');
      await page.getByText(/As it stood on/).waitFor();
      await until(async () => (await page.locator('.trust-foot').first().textContent()) !== now);
      await page.getByRole('button', { name: 'Now', exact: true }).click();
      await page.getByText(/As it stood on/).waitFor({ state: 'detached' });
    }));

  it('tells what a breach would do and what it takes to return', () =>
    visit(world, {}, async (page, open) => {
      await open(`/en/partners/${world.seeded.first}`);
      await page.locator('#whatif-what').selectOption('ours-negative');
      await page.getByText(/After such a breach it takes|No number of kept promises/).waitFor();
      const change = await page.locator('.whatif-change').textContent();
      assert.match(change, /^\u2212/, 'a breach lowers trust');
    }));

  it('takes a contact and two promises in one dialog', () =>
    visit(world, {}, async (page, open) => {
      await open('/en');
      await page.keyboard.press('n');
      await page.getByRole('dialog', { name: 'New entry' }).waitFor();
      await page.keyboard.type('eastm');
      await page.getByRole('option', { name: /Eastmark/ }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByLabel('Summary').fill('Agreed on the winter exercise.');
      for (const [text, due] of [
        ['Send the winter plan', '+2w'],
        ['Confirm the range', '+1m'],
      ]) {
        await page.getByRole('button', { name: 'Add a commitment' }).click();
        const last = page.locator('.quick-promise').last();
        await last.getByLabel('What was promised').fill(text);
        await last.getByLabel('Due', { exact: true }).fill(due);
      }
      await page.getByText('We promised').last().click();
      await page.keyboard.press('Control+Enter');
      await page.getByText('The entry was saved.').waitFor();
      await page.getByRole('button', { name: 'Open it' }).click();
      await page.getByRole('heading', { name: 'Meeting with Eastmark', level: 1 }).waitFor();
      const east = world.seeded.partners[1].id;
      const ours = (await world.api.call('GET', `/commitments?from=${world.seeded.home}&to=${east}&q=range`))
        .data.items;
      const theirs = (await world.api.call('GET', `/commitments?from=${east}&q=winter`)).data.items;
      assert.equal(ours.length, 1);
      assert.equal(theirs.length, 1);
      assert.match(theirs[0].due, /^\d{4}-\d{2}-\d{2}$/);
      assert.equal(theirs[0].born_of, ours[0].born_of, 'both promises come from the engagement');
    }));

  it('keeps the draft of an entry when it is closed or refused', () =>
    visit(world, {}, async (page, open) => {
      await open('/en');
      await page.keyboard.press('n');
      await page.getByLabel('Summary').fill('Do not lose me');
      await page.getByRole('button', { name: 'Save entry' }).click();
      await page.getByText('Choose a partner.').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Partners', exact: true }).click();
      await ready(page);
      await page.keyboard.press('n');
      assert.equal(await page.getByLabel('Summary').inputValue(), 'Do not lose me');
      await page.getByRole('button', { name: 'Discard' }).click();
    }));

  it('finds a record by its words and shows where', () =>
    visit(world, {}, async (page, open) => {
      await open('/en');
      await page.keyboard.press('/');
      await page.keyboard.type('airlift');
      await page.keyboard.press('Enter');
      await page.locator('mark').first().waitFor();
      assert.match((await page.locator('mark').first().textContent()).toLowerCase(), /airlift/);
      await page.getByRole('link', { name: /Shortage of airlift/ }).click();
      await page.getByRole('heading', { name: 'Shortage of airlift', level: 1 }).waitFor();
    }));

  it('shows the reason beside the field that is wrong', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/records/actors/new');
      await page.getByLabel('Since').first().fill('the day before');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('alert').filter({ hasText: 'not saved' }).waitFor();
      await page.getByLabel('Since').first().fill('2020');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.locator('[aria-invalid="true"]').first().waitFor();
      const first = page.locator('[aria-invalid="true"]').first();
      const described = (await first.getAttribute('aria-describedby'))
        .split(' ')
        .find((x) => x.endsWith('-error'));
      assert.ok((await page.locator('#' + described).textContent()).length > 3);
      for (const field of ['Since']) await page.getByLabel(field).first().fill('');
    }));

  it('keeps a new record to oneself until it is released on grounds', () =>
    visit(world, {}, async (page, open) => {
      const me = world.api.me.user.id;
      const only = page.locator('#f-label-persons');
      await open('/en/records/actors/new');
      await page.locator('#f-nature').selectOption('organisation');
      await page.locator('#f-name_en').fill('A quiet office');
      await page.locator('#f-name_fr').fill('Un bureau discret');
      await page.getByLabel('Only me').check();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.locator('.meta dd', { hasText: 'only you' }).waitFor();
      const id = new URL(page.url()).pathname.split('/').pop();
      const read = async () => (await world.api.call('GET', `/actors/${id}`)).data;
      assert.deepEqual((await read()).label.persons, [me]);
      assert.match((await read()).marking.en, /NAMED PERSONS ONLY/);
      await open(`/fr/records/actors/${id}`);
      await page.locator('.meta dd', { hasText: 'vous seulement' }).waitFor();
      await page.getByRole('link', { name: 'Diffuser' }).click(); /* nobody else could decide on it */
      await page.getByLabel('Moi seulement').waitFor();

      await open(`/en/records/actors/${id}/edit`);
      assert.ok(await only.isChecked());
      await page.locator('#f-notes').fill('Still quiet');
      await page.locator('#f-label-class').selectOption('RESTRICTED');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('The record was saved.').waitFor();
      assert.equal((await read()).notes, 'Still quiet');
      assert.equal((await read()).label.class, 'RESTRICTED');
      assert.deepEqual((await read()).label.persons, [me], 'another change of the label keeps it');

      await open(`/en/records/actors/${id}/edit`);
      await only.uncheck();
      await only.check(); /* what was taken away by mistake comes back */
      await only.uncheck();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.locator('#grounds-reason').fill('The office opens');
      assert.equal(await page.locator('#grounds-until').count(), 0, 'what is given free has no end');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.locator('#grounds-authority[aria-invalid="true"]').waitFor();
      assert.deepEqual((await read()).label.persons, [me], 'refused without an authority');
      await page.locator('#grounds-authority').fill('Order 3');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('The record was saved.').waitFor();
      assert.equal((await read()).label.persons, undefined);
      await page.locator('.meta dd', { hasText: 'RESTRICTED' }).waitFor();
      await page.locator('.meta', { hasText: 'only you' }).waitFor({ state: 'detached' });

      await open(`/en/records/actors/${id}/edit`);
      await page.locator('#f-label-orcon').waitFor();
      assert.equal(await only.count(), 0, 'others read it: it cannot become theirs alone');
    }));

  it('shows both changes when somebody else was faster, and saves the choice', () =>
    visit(world, {}, async (page, open) => {
      const made = (
        await world.api.call('POST', '/commitments', {
          from: world.seeded.home,
          to: world.seeded.first,
          text: 'Lend a bridge',
          due: '2027-05-01',
          stakes: 'routine',
          state: 'open',
        })
      ).data;
      const path = `/commitments/${made.id}`;
      await open(`/en/records${path}/edit`);
      await page.locator('#f-text').fill('Lend two bridges');
      const { etag } = await world.api.call('GET', path);
      await world.api.call('PATCH', path, { text: 'Lend a ferry', stakes: 'critical' }, { 'If-Match': etag });
      await page.getByRole('button', { name: 'Save' }).click();
      const panel = page.locator('.conflict');
      await panel.waitFor();
      assert.match(await panel.textContent(), /Lend a ferry/);
      assert.match(await panel.textContent(), /Lend two bridges/);
      assert.equal(await page.locator('#f-text').inputValue(), 'Lend two bridges', 'the input is kept');
      assert.equal(
        await page.locator('#f-stakes').inputValue(),
        'critical',
        'their other change is taken over',
      );
      await page.getByRole('button', { name: 'Save the result' }).click();
      await page.getByText('The record was saved.').waitFor();
      const after = (await world.api.call('GET', path)).data;
      assert.equal(after.text, 'Lend two bridges');
      assert.equal(after.stakes, 'critical');
      await open(`/en/records${path}/history`);
      assert.equal(await page.locator('.versions > li').count(), 3);
      await page.locator('ins', { hasText: 'Lend two bridges' }).waitFor();
    }));

  it('retracts with a reason and takes it back', () =>
    visit(world, {}, async (page, open) => {
      const made = (
        await world.api.call('POST', '/commitments', {
          from: world.seeded.home,
          to: world.seeded.first,
          text: 'A slip of the pen',
          stakes: 'routine',
          state: 'open',
        })
      ).data;
      await open(`/en/records/commitments/${made.id}`);
      await page.getByRole('button', { name: 'Retract' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Retract' }).click();
      await dialog.getByText('Say why.').waitFor();
      await dialog.getByLabel('Reason').fill('Entered twice');
      await dialog.getByRole('button', { name: 'Retract' }).click();
      await page.getByText('The record was retracted.').waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('heading', { name: 'A slip of the pen', level: 1 }).waitFor();
    }));

  it('counts what others enter and shows it only when asked', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/records/engagements/new');
      await page.getByLabel('Title').first().fill('Still typing');
      await page.waitForTimeout(500);
      await world.api.call('POST', '/actors', {
        nature: 'organisation',
        name_en: 'A newcomer',
        name_fr: 'Un nouveau venu',
      });
      await page.getByText(/1 new entry/).waitFor();
      assert.equal(await page.getByLabel('Title').first().inputValue(), 'Still typing');
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.getByText(/1 new entry/).waitFor({ state: 'detached' });
      assert.equal(await page.getByLabel('Title').first().inputValue(), 'Still typing');
      await page.getByLabel('Title').first().fill('');
    }));

  it('draws the network and says the same in a table', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/network');
      await page.locator('.graph-host[aria-busy="false"]').waitFor();
      assert.equal(await page.locator('.network-table tbody tr').count(), world.seeded.partners.length);
      await page.locator('.graph-host').focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.locator('.network-selected h2').waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/partners/**');
    }));

  it('shows a new token once', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/account');
      await page.getByLabel('Name').fill('nightly export');
      await page.getByRole('button', { name: 'Create a token' }).click();
      assert.match(await page.getByLabel('Token', { exact: true }).inputValue(), /^ent_/);
      await page.reload();
      await ready(page);
      await page.getByRole('rowheader', { name: 'nightly export' }).waitFor();
      assert.equal(await page.getByLabel('Token', { exact: true }).count(), 0);
      await page.getByRole('button', { name: 'Revoke nightly export' }).click();
      await page.getByRole('row').filter({ hasText: 'nightly export' }).getByText('Revoked').waitFor();
    }));

  it('tries an import before it writes', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/import');
      await page.getByLabel('Kind of record').selectOption('actor');
      const csv =
        'nature,name_en,name_fr,external_ids\norganisation,Bridge Company,Compagnie des ponts,test:bridge\nplanet,Mars,Mars,test:mars\n';
      await page
        .getByLabel('CSV file')
        .setInputFiles({ name: 'actors.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
      await page.getByRole('button', { name: 'Trial run' }).click();
      await page.getByRole('heading', { name: /nothing was written/ }).waitFor();
      await page.getByRole('rowheader', { name: 'nature' }).waitFor();
      assert.ok(
        await page.getByRole('button', { name: 'Import', exact: true }).isDisabled(),
        'a file with a bad row is not offered for import',
      );
      await page.getByLabel('CSV file').setInputFiles({
        name: 'actors.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(csv.split('planet')[0]),
      });
      await page.getByRole('button', { name: 'Trial run' }).click();
      await page.getByText('Every row is right.').waitFor();
      /* said before it is written: what becomes of records that state no label */
      await page.getByText(/without a label: 1; they are marked UNCLASSIFIED.* NAMED PERSONS ONLY/).waitFor();
      await page.locator('summary').click();
      await page.getByText(/Without a choice they are read by you alone/).waitFor();
      await page.getByLabel('Classification').selectOption('RESTRICTED');
      await page.getByRole('button', { name: 'Trial run' }).click();
      await page.getByText('Every row is right.').waitFor();
      assert.equal(await page.getByText('without a label').count(), 0);
      assert.equal(
        (await world.api.call('GET', '/actors?q=Bridge')).data.items.length,
        0,
        'a trial writes nothing',
      );
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByRole('heading', { name: /was imported/ }).waitFor();
      const { items } = (await world.api.call('GET', '/actors?q=Bridge')).data;
      assert.deepEqual(items.map((a) => a.label.class), ['RESTRICTED']);
      assert.deepEqual(items.map((a) => a.label.persons), [undefined]);
    }));

  it('brings in what says nothing for the reader alone', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/import');
      await page.getByLabel('Kind of record').selectOption('actor');
      await page.getByLabel('CSV file').setInputFiles({
        name: 'actors.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('nature,name_en,name_fr\norganisation,Ferry Company,Compagnie des bacs\n'),
      });
      await page.locator('summary').click();
      await page.getByLabel('Only me').check(); /* says no more than what happens without it */
      await page.getByRole('button', { name: 'Trial run' }).click();
      await page.getByText(/nobody else reads them/).waitFor();
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByRole('heading', { name: /was imported/ }).waitFor();
      const { items } = (await world.api.call('GET', '/actors?q=Ferry')).data;
      assert.deepEqual(items.map((a) => a.label.persons), [[world.api.me.user.id]]);
    }));
});
