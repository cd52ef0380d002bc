/** The server goes away in the middle of an evening, in order and by kill -9, and comes back on the same data. */
import assert from 'node:assert/strict';
import type { Encoder } from '../server/test/encoders.ts';
import { aDj, aMember } from '../server/test/people.ts';
import { until } from '../server/test/until.ts';
import { type OnAir, readyToPlay, sendTitle } from './air.ts';
import { whileAway } from './away.ts';
import type { Visitor } from './browser.ts';
import { type Journey, journey } from './journey.ts';
import { type OwnedSite, openOwnedSite } from './site.ts';
import { messages, say, sees } from './talk.ts';

/** Nobody is on air until the DJ connects again. */
const nobodyOnAir = /404 \(Not Found\) \(http:\/\/[^/]+\/listen\//;
/** The longest wait of a page for a server that is back, after a few failures. Milliseconds. */
const recoverWithin = 30_000;

interface Evening {
  readonly journey: Journey<OwnedSite>;
  readonly air: OnAir;
  readonly ana: Visitor;
  readonly ben: Visitor;
  readonly dashboard: Visitor;
}

/** Waits until the chat is connected; whoever is impatient presses the button that the chat offers meanwhile. */
async function comesBack({ page, name }: Visitor, { impatient }: { impatient: boolean }): Promise<void> {
  const press = `[...document.querySelectorAll('button')].find(({ innerText }) => innerText === 'Try now')?.click()`;
  const isBack = async (): Promise<boolean> => {
    if (impatient) await page.evaluate(press);
    return (await page.getByText('Connected', { exact: true }).count()) > 0;
  };
  await until(`the chat of ${name} is connected`, isBack, recoverWithin);
}

/** Stops the server, looks at the pages, writes a line into the void, and starts it again. */
async function goAwayAndComeBack(
  evening: Evening,
  signal: 'SIGTERM' | 'SIGKILL',
  encoder: Encoder,
): Promise<Encoder> {
  const { journey, air, ana, ben, dashboard } = evening;
  const { site } = journey;
  let again = encoder;
  const lineAway = `written while it was away (${signal})`;

  await journey.step(`${signal}: the pages say so, and keep what they show`, async () => {
    await site.stop(signal);
    await encoder.ended;
    for (const visitor of [ana, ben]) {
      const { page } = visitor;
      await page.getByText(/Reconnecting/).waitFor();
      await page
        .getByText(/The sound broke off\.|Connecting again…/)
        .first()
        .waitFor();
      await page.getByText(`The title (${signal})`).first().waitFor();
    }
    await dashboard.page.getByText('Not up to date.').first().waitFor();
  });
  await journey.step(`${signal}: a line written now waits on the page`, async () => {
    await say(ana, lineAway);
    await sees(ana, lineAway);
    await ana.page
      .getByText(/Sending…|Not sent\./)
      .first()
      .waitFor();
    assert.equal(await ana.page.getByLabel('Write a message').inputValue(), '');
  });
  await journey.step(`${signal}: back again, chat goes on and the line goes out`, async () => {
    await site.start();
    for (const visitor of [ana, ben]) {
      await comesBack(visitor, { impatient: signal === 'SIGKILL' });
      await sees(visitor, lineAway);
    }
    await until(
      'the line is no longer under way',
      async () => (await ana.page.getByText(/Sending…|Not sent\./).count()) === 0,
    );
    await say(ben, `after ${signal}`);
    await sees(ana, `after ${signal}`);
  });
  await journey.step(`${signal}: the DJ connects again, and the sound comes back by itself`, async () => {
    again = await air.play();
    for (const visitor of [ana, ben]) await visitor.hears(1, recoverWithin);
    const stale = dashboard.page.getByText('Not up to date.');
    await stale.first().waitFor({ state: 'detached', timeout: recoverWithin });
    await dashboard.page.getByRole('heading', { name: 'On air' }).waitFor();
  });
  return again;
}

journey('the server restarts in the middle', ['ffmpeg'], openOwnedSite, async (journey) => {
  const { site } = journey;
  const dj = await aDj(site, { handle: 'nova', displayName: 'Nova' });
  const air = await readyToPlay(journey, site, dj);
  const ana = await journey.visitor('Ana', { as: await aMember(site, { handle: 'ana' }) });
  const ben = await journey.visitor('Ben', { as: await aMember(site, { handle: 'ben' }) });
  const dashboard = await journey.visitor('Nova', { as: dj });
  const evening = { journey, air, ana, ben, dashboard };
  for (const visitor of [ana, ben, dashboard]) visitor.expects(...whileAway, nobodyOnAir);
  let encoder = await air.play();

  await journey.step('two listen and talk, the DJ looks on', async () => {
    for (const visitor of [ana, ben]) {
      await visitor.page.goto(`/e/${air.event.slug}`);
      await visitor.page.getByText('Connected', { exact: true }).waitFor();
      await visitor.page.getByRole('button', { name: 'Play' }).click();
    }
    await dashboard.page.goto('/dj');
    for (const visitor of [ana, ben]) await visitor.hears(1);
    await say(ana, 'before');
    await sees(ben, 'before');
  });
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await sendTitle(air.target, `The title (${signal})`);
    await ben.page.getByText(`The title (${signal})`).first().waitFor();
    encoder = await goAwayAndComeBack(evening, signal, encoder);
  }
  await journey.step('nothing is doubled or lost, on the pages and after a reload', async () => {
    const expected = [
      'before',
      'written while it was away (SIGTERM)',
      'after SIGTERM',
      'written while it was away (SIGKILL)',
      'after SIGKILL',
    ];
    for (const visitor of [ana, ben]) assert.deepEqual(await messages(visitor), expected);
    await ana.page.reload();
    await sees(ana, 'after SIGKILL');
    assert.deepEqual(await messages(ana), expected);
  });
});
