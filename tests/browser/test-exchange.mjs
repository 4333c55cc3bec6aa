/* Two instances and a disclosure officer at each: they meet, confirm by the fingerprint that is read
 * out, release, send by file both ways, retract and see the proof; a partner's view shows what the
 * partner may read and nothing else, and changes nothing. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { entente, newDirectory, serve, signIn } from './server.mjs';
import { axe, hinder, launch, missing, ready, until, visit } from './world.mjs';

const LOW = { class: 'UNCLASSIFIED' };
const HIGH = { class: 'SECRET' };

async function instance(name) {
  const { dir, remove } = newDirectory();
  const server = await serve(dir);
  const api = await signIn(server.base, server.link);
  const actors = {};
  for (const each of ['Alpha', 'Beta'])
    actors[each] = (
      await api.call('POST', '/actors', {
        nature: 'organisation',
        name_en: each,
        name_fr: each,
        external_ids: ['pair:' + each],
        label: LOW,
      })
    ).data.id;
  const home = actors[name];
  entente(dir, 'home', home);
  const fingerprint = (await api.call('GET', '/exchange/fingerprint')).data.fingerprint;
  return { ...server, dir, remove, api, home, actors, name, fingerprint };
}

describe('exchange between two instances', { skip: missing }, () => {
  let a, b, browser, secret, agreed, bound, promise;
  const at = (x, test) => visit({ ...x, browser }, { acceptDownloads: true }, test);
  const file = (name) => join(a.dir, name);
  const peerOf = async (x) => (await x.api.call('GET', '/peers')).data.items[0];

  async function saved(page, press, name) {
    const [download] = await Promise.all([page.waitForEvent('download'), press()]);
    await download.saveAs(file(name));
  }
  async function picture(page, name) {
    if (process.env.ENTENTE_PICTURES)
      await page.screenshot({ path: join(process.env.ENTENTE_PICTURES, name + '.png'), fullPage: true });
  }

  before(async () => {
    a = await instance('Alpha');
    b = await instance('Beta');
    browser = await launch();
    secret = (
      await a.api.call('POST', '/actors', { nature: 'organisation', name_en: 'Hidden cell', label: HIGH })
    ).data.id;
    promise = (
      await a.api.call('POST', '/commitments', {
        from: a.actors.Alpha,
        to: a.actors.Beta,
        text: 'Two liaison officers',
        stakes: 'routine',
        state: 'kept',
        made_on: '2026-01-05',
        due: '2026-03-01',
        decided_on: '2026-02-20',
        label: LOW,
      })
    ).data.id;
    bound = (
      await a.api.call('POST', '/actors', {
        nature: 'organisation',
        name_en: 'Bound cell',
        label: { ...LOW, orcon: [a.api.me.instance] },
      })
    ).data.id;
    agreed = (
      await a.api.call('POST', '/actors', { nature: 'organisation', name_en: 'Shared depot', label: HIGH })
    ).data.id;
  });
  after(async () => {
    await browser?.close();
    for (const x of [a, b]) {
      await x?.stop();
      x?.remove();
    }
  });

  it('saves the card and shows the fingerprint to read out', async () => {
    for (const x of [a, b])
      await at(x, async (page, open) => {
        await open('/en/exchange');
        await page.locator('.fingerprint').waitFor();
        const shown = (await page.locator('.fingerprint').innerText()).trim().split(/\s+/).join(' ');
        assert.equal(shown, x.fingerprint);
        await page.getByLabel('Your name on the card').fill(x.name);
        await saved(page, () => page.getByRole('link', { name: 'Save your card' }).click(), x.name + '.card');
        assert.equal(JSON.parse(readFileSync(file(x.name + '.card'))).name, x.name);
        assert.deepEqual(await axe(page), []);
        await picture(page, 'exchange-' + x.name);
      });
  });

  it('meets a partner by its card, and confirms it only by the right fingerprint', async () => {
    for (const [x, other] of [
      [a, b],
      [b, a],
    ])
      await at(x, async (page, open) => {
        await open('/en/exchange');
        await page.getByRole('button', { name: 'Meet a partner' }).click();
        await page.getByRole('dialog').getByLabel('Their card').setInputFiles(file(other.name + '.card'));
        await until(async () => (await page.locator('#peer-name').inputValue()) === other.name);
        assert.deepEqual(await axe(page), []);
        await picture(page, 'meet-' + x.name);
        await page.getByRole('dialog').getByRole('button', { name: 'Meet', exact: true }).click();
        await page.locator('#peer-release-error').waitFor();
        assert.deepEqual((await x.api.call('GET', '/peers')).data.items, []);
        await page.locator('#peer-grounds-authority').fill('Order 7');
        await page.locator('#peer-grounds-reason').fill('The exercise');
        await page.getByRole('dialog').getByRole('button', { name: 'Meet', exact: true }).click();
        await page.getByRole('heading', { name: other.name, level: 1 }).waitFor();
        await page.getByText('Met', { exact: true }).first().waitFor();
        const field = page.getByLabel('Fingerprint they read out');
        await field.fill(x.fingerprint);
        await page.getByRole('button', { name: 'Confirm', exact: true }).click();
        await page.locator('#confirm-fingerprint-error').getByText('do not confirm').first().waitFor();
        assert.equal(await page.locator('.fingerprint').count(), 0, 'what is to be heard stands nowhere');
        assert.equal((await peerOf(x)).state, 'met', 'a wrong fingerprint confirms nobody');
        await picture(page, 'confirm-wrong-' + x.name);
        await field.fill(other.fingerprint);
        await page.getByRole('button', { name: 'Confirm', exact: true }).click();
        await page.getByText('Confirmed', { exact: true }).first().waitFor();
        assert.equal((await peerOf(x)).state, 'confirmed');
      });
  });

  it('lets a partner have more only by a decision, which is taken back', () =>
    at(a, async (page, open) => {
      const peer = await peerOf(a);
      await open('/en/exchange/' + peer.id);
      const decisions = page.getByRole('region', { name: /Decisions by which they may have it/ });
      await decisions.getByText('Order 7').waitFor();
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      await page.locator('#peer-clearance-class').selectOption('SECRET');
      assert.equal(await page.locator('#peer-grounds-reason').count(), 0);
      const save = page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true });
      await save.click();
      await page.locator('#peer-grounds-reason').fill('For two weeks');
      await page.locator('#peer-grounds-authority').fill('Order 8');
      await page.locator('#peer-grounds-until').fill(new Date(Date.now() + 6 * 86400000).toISOString().slice(0, 10));
      assert.deepEqual(await axe(page), []);
      await picture(page, 'peer-more');
      await save.click();
      await decisions.getByText('Order 8').waitFor();
      assert.equal((await peerOf(a)).clearance.class, 'SECRET');
      await picture(page, 'peer-decisions');
      await open('/en/releases');
      await page.getByText('For two weeks').waitFor();
      await page.getByRole('link', { name: peer.name, exact: true }).waitFor();
      assert.deepEqual(await axe(page), []);
      await picture(page, 'releases-peer');
      await page.getByRole('button', { name: 'Revoke' }).click();
      await page.getByText('had before at once').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await page.getByText('Nothing waits for you').first().waitFor();
      assert.equal((await peerOf(a)).clearance.class, 'UNCLASSIFIED');
    }));

  it('holds back what is not released, and says why', () =>
    at(a, async (page, open) => {
      await open('/en/exchange/' + (await peerOf(a)).id);
      const held = page.getByRole('region', { name: 'Held back, and why' });
      await held.getByRole('link', { name: 'Shared depot' }).waitFor();
      await held.getByRole('link', { name: 'Hidden cell' }).waitFor();
      await held.getByText('The partner does not hold its class.').first().waitFor();
      await page.getByRole('region', { name: 'What they would newly get' }).getByText('Alpha').first().waitFor();
      assert.deepEqual(await axe(page), []);
      await picture(page, 'peer');
    }));

  it('releases by a proposal and a decision', () =>
    at(a, async (page, open) => {
      await open('/en/records/actors/' + agreed);
      await page.getByRole('button', { name: 'Release…' }).click();
      await page.locator('#release-label-class').selectOption('UNCLASSIFIED');
      await page.getByLabel('Reason').fill('Asked for by the liaison');
      assert.deepEqual(await axe(page), []);
      await picture(page, 'propose');
      await page.getByRole('button', { name: 'Propose', exact: true }).click();
      await page.getByRole('heading', { name: /Releases of this record/ }).waitFor();
      await open('/en/releases');
      await page.getByText('Asked for by the liaison').first().waitFor();
      assert.deepEqual(await axe(page), []);
      await picture(page, 'releases');
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByLabel('Authority').fill('Order 12, para 4');
      await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
      await page.getByText('Nothing waits for you').first().waitFor();
      const { data } = await a.api.call('GET', '/actors/' + agreed);
      assert.equal(data.label.class, 'UNCLASSIFIED');
    }));

  it('grants an onward release of what needs our consent', () =>
    at(a, async (page, open) => {
      await open('/en/exchange/' + (await peerOf(a)).id);
      const held = page.getByRole('region', { name: 'Held back, and why' });
      await held.getByText('An originator has not granted it.').first().waitFor();
      await open('/en/records/actors/' + bound);
      await page.getByRole('button', { name: 'Release…' }).click();
      await page.getByLabel('What is asked').selectOption('onward');
      await page.getByRole('checkbox', { name: 'Beta' }).check();
      await page.getByLabel('Reason').fill('Joint planning');
      await page.getByLabel('Authority').fill('Arrangement 7');
      assert.deepEqual(await axe(page), []);
      await page.getByRole('button', { name: 'Propose', exact: true }).click();
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
      await page.getByText('In force', { exact: true }).first().waitFor();
      await open('/en/exchange/' + (await peerOf(a)).id);
      const next = page.getByRole('region', { name: 'What they would newly get' });
      await next.getByRole('link', { name: 'Bound cell' }).waitFor();
    }));

  it('sends by file: made, looked into, taken, receipted', async () => {
    await at(a, async (page, open) => {
      await open('/en/exchange/' + (await peerOf(a)).id);
      await saved(page, () => page.getByRole('button', { name: 'Make the bundle' }).click(), '1.bundle');
    });
    await at(b, async (page, open) => {
      await open('/en/exchange');
      await page.getByLabel('Bundle file').setInputFiles(file('1.bundle'));
      await page.getByText('This bundle is sound and can be taken.').first().waitFor();
      await page.getByRole('region', { name: 'Take a bundle' }).getByText('Shared depot').first().waitFor();
      const before = await b.api.call('GET', '/actors?limit=100');
      assert.ok(!before.data.items.some((r) => r.id === agreed), 'looking takes nothing');
      await picture(page, 'inspect');
      await page.getByRole('button', { name: 'Take this bundle' }).click();
      await page.getByText('The bundle was taken.').first().waitFor();
      assert.deepEqual(await axe(page), []);
      await saved(page, () => page.getByRole('button', { name: 'Save the receipt' }).click(), '1.receipt');
      await open('/en/records/actors/' + agreed);
      await page.getByText('From Alpha.').first().waitFor();
      await page.getByRole('link', { name: 'Annotate' }).waitFor();
      assert.equal(await page.getByRole('link', { name: 'Edit', exact: true }).count(), 0);
      assert.deepEqual(await axe(page), []);
      await picture(page, 'foreign');
    });
    await at(a, async (page, open) => {
      await open('/en/exchange');
      await page.getByLabel('Receipt file').setInputFiles(file('1.receipt'));
      await page.getByText('They took bundle 1.').first().waitFor();
      await open('/en/records/actors/' + agreed);
      const proof = page.getByRole('region', { name: 'Proof', exact: true });
      await proof.getByText('Receipted', { exact: true }).first().waitFor();
      await picture(page, 'proof');
    });
  });

  it('shows both sides of one promise, and names the difference', () =>
    at(b, async (page, open) => {
      await open('/en/records/commitments/' + promise);
      await page.getByText('We have no record of this ourselves.').first().waitFor();
      await page.getByRole('button', { name: 'State our own record of it' }).click();
      await until(() => !page.url().includes(promise));
      const own = page.url().split('/').pop();
      const { etag } = await b.api.call('GET', '/commitments/' + own);
      await b.api.call('PATCH', '/commitments/' + own, { stakes: 'critical' }, { 'If-Match': etag });
      await open('/en/records/commitments/' + own);
      await page.getByRole('button', { name: 'Compare with what they say' }).click();
      await page.getByText('They differ in 1 point.').first().waitFor();
      assert.equal(await page.locator('.sides .differs').count(), 1);
      assert.deepEqual(await axe(page), []);
      await picture(page, 'sides');
      await open('/en/records/commitments/' + promise);
      await page.getByRole('link', { name: 'Annotate' }).click();
      await page.getByLabel('Stance').selectOption('dispute');
      await page.getByLabel('Text', { exact: true }).fill('They came too late');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('The record was created.').first().waitFor();
      await open('/en/records/commitments/' + promise);
      await page.getByRole('link', { name: 'They came too late' }).waitFor();
    }));

  it('refuses what was changed on its way, in words, and takes nothing', () =>
    at(b, async (page, open) => {
      const bytes = readFileSync(file('1.bundle'));
      bytes[bytes.length - 20] ^= 1;
      writeFileSync(file('bad.bundle'), bytes);
      await open('/en/exchange');
      await page.getByLabel('Bundle file').setInputFiles(file('bad.bundle'));
      await page.locator('.outcome .note-bad').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Take this bundle' }).count(), 0);
      writeFileSync(file('no.receipt'), '{"format":"entente receipt 1"}');
      await page.getByLabel('Receipt file').setInputFiles(file('no.receipt'));
      await page.getByRole('alert').waitFor();
      await picture(page, 'refused');
    }));

  it("shows a partner's view: their records, nothing else, and nothing can be changed", () =>
    at(a, async (page, open) => {
      await open('/en/records/actors');
      await page.getByText('Hidden cell').first().waitFor();
      await page.getByRole('button', { name: 'See it as a partner does' }).click();
      await page.getByRole('menuitem', { name: 'See as Beta' }).click();
      await page.getByText('You see what Beta sees.').first().waitFor();
      await page.getByText('Shared depot').first().waitFor();
      assert.equal(await page.getByText('Hidden cell').count(), 0);
      assert.equal(await page.getByRole('link', { name: 'New', exact: true }).count(), 0);
      assert.equal(await page.getByRole('button', { name: /New entry/ }).count(), 0);
      assert.match(await page.getByRole('link', { name: 'Export CSV' }).getAttribute('href'), /[?&]as=/);
      assert.deepEqual(await axe(page), []);
      await picture(page, 'as-partner');
      /* Trying to see more: by the address, by search. */
      await page.goto(`${a.base}/en/records/actors/${secret}`);
      await page.getByText('There is nothing here').first().waitFor();
      await open('/en/search?q=Hidden');
      await ready(page);
      assert.equal(await page.getByRole('link', { name: /Hidden cell/ }).count(), 0);
      await open('/en/exchange');
      await page.getByText('This page is yours').first().waitFor();
      await page.getByRole('button', { name: 'Back to your own view' }).click();
      await page.getByRole('heading', { name: 'Exchange', level: 1 }).waitFor();
      assert.equal(await page.getByText('You see what Beta sees.').count(), 0);
    }));

  /* With the eyes of somebody at Alpha who may write and not disclose. */
  async function asClerk(test) {
    const answer = await fetch(a.base + '/api/v1/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: 'clerk', password: 'a long enough password' }),
    });
    const [pair] = answer.headers.get('set-cookie').split(';');
    const cookie = { name: pair.split('=')[0], value: pair.slice(pair.indexOf('=') + 1) };
    const context = await browser.newContext({ locale: 'en-CA' });
    await context.addCookies([{ ...cookie, url: a.base }]);
    const page = await context.newPage();
    await hinder(page);
    try {
      await test(page);
    } finally {
      await context.close();
    }
  }

  it('refuses a leak: whoever may not disclose lowers no label and has none of these pages', async () => {
    await a.api.call('POST', '/users', {
      username: 'clerk',
      display_name: 'Clerk',
      role: 'contributor',
      language: 'en',
      active: true,
      clearance: HIGH,
      password: 'a long enough password',
    });
    await asClerk(async (page) => {
      await page.goto(`${a.base}/en/records/actors/${secret}/edit`);
      await ready(page);
      assert.equal(await page.getByRole('link', { name: 'Exchange', exact: true }).count(), 0);
      assert.equal(await page.getByRole('button', { name: 'See it as a partner does' }).count(), 0);
      await page.locator('#f-label-class').selectOption('UNCLASSIFIED');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('alert').waitFor();
      const { data } = await a.api.call('GET', '/actors/' + secret);
      assert.equal(data.label.class, 'SECRET');
    });
  });

  it('carries a retraction, and proves that it arrived', async () => {
    const { etag } = await a.api.call('GET', '/actors/' + agreed);
    await a.api.call('POST', `/actors/${agreed}/retract`, { reason: 'No longer so' }, { 'If-Match': etag });
    await at(a, async (page, open) => {
      await open('/en/exchange/' + (await peerOf(a)).id);
      await page.getByRole('heading', { name: /Taken back/ }).waitFor();
      await saved(page, () => page.getByRole('button', { name: 'Make the bundle' }).click(), '2.bundle');
    });
    await at(b, async (page, open) => {
      await open('/fr/exchange');
      await page.getByLabel('Fichier du lot').setInputFiles(file('2.bundle'));
      await page.getByRole('button', { name: 'Prendre ce lot' }).click();
      await page.getByText('Le lot a été pris.').first().waitFor();
      await saved(page, () => page.getByRole('button', { name: /Enregistrer l’accusé/ }).click(), '2.receipt');
      await open('/fr/records/actors/' + agreed);
      await page.getByRole('heading', { name: 'Preuve' }).waitFor();
      assert.equal(await page.getByRole('button', { name: 'Rétablir' }).count(), 0, 'it is theirs to restore');
      await picture(page, 'gone-fr');
    });
    await at(a, async (page, open) => {
      await open('/en/exchange');
      await page.getByLabel('Receipt file').setInputFiles(file('2.receipt'));
      await page.getByText('They took bundle 2.').first().waitFor();
      await open('/en/records/actors/' + agreed);
      await page.getByText('The retraction arrived: Beta.').first().waitFor();
      await picture(page, 'gone');
    });
  });

  it('lets the other side release and send, and shows what came as theirs', async () => {
    const REPORT = 'Report on the northern drill';
    const report = (
      await b.api.call('POST', '/engagements', {
        title: REPORT,
        when: '2026-02-03',
        mode: 'exercise',
        status: 'held',
        participants: [{ actor: b.actors.Beta }, { actor: b.actors.Alpha }],
        label: HIGH,
      })
    ).data.id;
    await at(b, async (page, open) => {
      await open('/en/exchange/' + (await peerOf(b)).id);
      const held = page.getByRole('region', { name: 'Held back, and why' });
      await held.getByRole('link', { name: REPORT }).waitFor();
      await open('/en/records/engagements/' + report);
      await page.getByRole('button', { name: 'Release…' }).click();
      await page.locator('#release-label-class').selectOption('UNCLASSIFIED');
      await page.getByLabel('Reason').fill('They were there');
      await page.getByRole('button', { name: 'Propose', exact: true }).click();
      await page.getByRole('heading', { name: /Releases of this record/ }).waitFor();
      await open('/en/releases');
      await page.getByText('They were there').first().waitFor();
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByLabel('Authority').fill('Beta order 3');
      await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
      await page.getByText('Nothing waits for you').first().waitFor();
      await open('/en/exchange/' + (await peerOf(b)).id);
      const next = page.getByRole('region', { name: 'What they would newly get' });
      await next.getByRole('link', { name: REPORT }).waitFor();
      assert.equal(await held.getByRole('link', { name: REPORT }).count(), 0);
      await picture(page, 'other-side');
      await saved(page, () => page.getByRole('button', { name: 'Make the bundle' }).click(), 'beta.bundle');
    });
    await assert.rejects(a.api.call('GET', '/engagements/' + report), /: 404 /, 'nothing comes by itself');
    await at(a, async (page, open) => {
      await open('/en/exchange');
      await page.getByLabel('Bundle file').setInputFiles(file('beta.bundle'));
      await page.getByRole('region', { name: 'Take a bundle' }).getByText(REPORT).first().waitFor();
      await page.getByRole('button', { name: 'Take this bundle' }).click();
      await page.getByText('The bundle was taken.').first().waitFor();
      await saved(page, () => page.getByRole('button', { name: 'Save the receipt' }).click(), 'beta.receipt');
      await open('/en/records/engagements');
      const row = page.getByRole('row', { name: new RegExp(REPORT) });
      await row.locator('.whose').waitFor();
      assert.deepEqual(await says(row), [IN_WORDS.en.from]);
      await open('/en/records/engagements/' + report);
      await page.getByText('From Beta.').first().waitFor();
      assert.equal(await page.getByRole('link', { name: 'Edit', exact: true }).count(), 0, 'theirs to change');
      assert.equal(await page.getByText('Beta order 3').count(), 0, 'the decision stays with them');
      assert.deepEqual(await axe(page), []);
      await picture(page, 'theirs');
    });
    const { data } = await a.api.call('GET', '/engagements/' + report);
    assert.equal(data.origin, b.api.me.instance);
    await at(b, async (page, open) => {
      await open('/en/exchange');
      await page.getByLabel('Receipt file').setInputFiles(file('beta.receipt'));
      await page.getByText('They took bundle 1.').first().waitFor();
      await open('/en/records/engagements/' + report);
      const proof = page.getByRole('region', { name: 'Proof', exact: true });
      await proof.getByText('Receipted', { exact: true }).first().waitFor();
    });
  });

  /* What Beta says of the two, in Alpha's own names for them. */
  async function betaSays() {
    const [home, other] = [a.actors.Alpha, a.actors.Beta];
    const make = async (kind, fields) => (await b.api.call('POST', '/' + kind, { ...fields, label: LOW })).data.id;
    const tie = await make('relationships', {
      a: home,
      b: other,
      nature: 'institutional',
      horizon: 'strategic',
      term: 'enduring',
      purpose: 'Tugs',
      from: '2021',
    });
    await make('commitments', {
      from: other,
      to: home,
      text: 'Two tugs',
      stakes: 'routine',
      state: 'open',
      made_on: '2026-01-05',
      due: '2026-01-07',
    });
    await make('assessments', {
      relationship: tie,
      truster: home,
      trustee: other,
      dimension: 'ability',
      valence: 'positive',
      rationale: 'Tugs are what we do',
      on: '2026-01-06',
    });
    entente(b.dir, 'exchange', 'export', 'Alpha', '--out', file('back.bundle'));
    entente(a.dir, 'exchange', 'import', file('back.bundle'));
    entente(b.dir, 'exchange', 'receipt', file('back.bundle.receipt'));
  }

  const IN_WORDS = {
    en: { from: 'from Beta', reported: 'reported by Beta', unnamed: /^from another instance \(….{6}\)$/ },
    fr: { from: 'de Beta', reported: 'rapporté par Beta', unnamed: /^d’une autre instance \(….{6}\)$/ },
  };
  const says = (row) => row.locator('.whose').allInnerTexts();

  it('says beside every row whose it is, and calls a judgement of theirs a report', async () => {
    await betaSays();
    for (const lang of ['en', 'fr'])
      await at(a, async (page, open) => {
        const words = IN_WORDS[lang];
        await open(`/${lang}/records/commitments`);
        await page.locator('.whose').first().waitFor();
        assert.deepEqual(await says(page.getByRole('row', { name: /Two tugs/ })), [words.from]);
        const ours = page.getByRole('row').filter({ has: page.locator(`a[href$="${promise}"]`) });
        assert.equal(await ours.count(), 1);
        assert.deepEqual(await says(ours), [], 'ours bears nothing');
        assert.deepEqual(await axe(page), []);
        await picture(page, 'whose-list-' + lang);
        await open(`/${lang}/partners/${a.actors.Beta}`);
        await page.locator('.whose').first().waitFor();
        assert.deepEqual(await says(page.getByRole('listitem').filter({ hasText: 'Two tugs' })), [words.from]);
        assert.deepEqual(await says(page.getByRole('listitem').filter({ hasText: 'Tugs are what we do' })), [
          words.reported,
        ]);
        assert.deepEqual(await axe(page), []);
        await picture(page, 'whose-brief-' + lang);
        await open(`/${lang}/search?q=tugs`);
        await page.locator('.whose').first().waitFor();
        assert.deepEqual((await says(page.locator('.hits'))).sort(), [words.from, words.from, words.reported].sort());
        await open(`/${lang}/network?center=${a.actors.Alpha}`);
        await page.locator('td .whose, th .whose').first().waitFor();
        assert.deepEqual(await says(page.getByRole('row', { name: /Alpha.*Beta/ })), [words.from]);
      });
  });

  it('gives the name of a peer to nobody who may not know the peers', () =>
    asClerk(async (page) => {
      for (const lang of ['en', 'fr']) {
        await page.goto(`${a.base}/${lang}/records/commitments`);
        await page.locator('.whose').first().waitFor();
        const [text] = await says(page.getByRole('row', { name: /Two tugs/ }));
        assert.match(text, IN_WORDS[lang].unnamed);
      }
    }));

  it('says in French what a partner lacks', () =>
    at(a, async (page, open) => {
      await a.api.call('POST', '/actors', {
        nature: 'organisation',
        name_en: 'Quiet depot',
        label: { class: 'CONFIDENTIAL' },
      });
      await open('/fr/exchange/' + (await peerOf(a)).id);
      const row = page.getByRole('row', { name: /Quiet depot/ });
      await row.getByText('Le partenaire n\'est pas habilité à sa classification. CONFIDENTIEL').first().waitFor();
      assert.equal(await row.getByText('CONFIDENTIAL').count(), 0);
    }));

  it('fits a narrow window, in French and in the dark', async () => {
    const routes = ['/fr/exchange', '/fr/exchange/' + (await peerOf(a)).id, '/fr/releases'];
    await visit({ ...a, browser }, { viewport: { width: 400, height: 800 }, colorScheme: 'dark' }, async (page, open) => {
      for (const route of routes) {
        await open(route);
        const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(content <= window, `${route} is ${content} wide in ${window}`);
        assert.deepEqual(await axe(page), [], route);
        await picture(page, 'narrow' + route.split('/')[2] + route.split('/').length);
      }
    });
  });
});
