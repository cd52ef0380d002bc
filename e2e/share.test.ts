/** What other sites read from a link to an event, before any script runs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anEvent } from '../server/test/broadcasts.ts';
import { aDj } from '../server/test/people.ts';
import { openOwnedSite } from './site.ts';

/** The page as a preview robot gets it. */
async function htmlOf(address: string): Promise<string> {
  const answer = await fetch(address, { headers: { 'user-agent': 'facebookexternalhit/1.1' } });
  assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
  return answer.text();
}

function propertiesOf(html: string): Map<string, string> {
  const pairs = html.matchAll(/<meta property="([^"]+)" content="([^"]*)">/g);
  return new Map([...pairs].map(([, property = '', content = '']) => [property, content]));
}

test('share preview: Open Graph in the HTML of an event', async (context) => {
  const site = await openOwnedSite({ after: (end) => context.after(end) });
  const dj = await aDj(site, { handle: 'nova', displayName: 'Nova & <Friends>' });
  const listed = await anEvent(dj, { title: 'Felt "&" <script>alert(1)</script>', description: '' });
  const unlisted = await anEvent(dj, { title: 'By link', description: 'Come in.', listed: false });
  const draft = await anEvent(dj, { title: 'Secret plans', publish: false });

  await context.test('title, address and line-up, escaped', async () => {
    const html = await htmlOf(`${site.origin}/e/${listed.slug}`);
    const properties = propertiesOf(html);
    assert.equal(properties.get('og:title'), 'Felt &quot;&amp;&quot; &lt;script&gt;alert(1)&lt;/script&gt;');
    assert.equal(properties.get('og:url'), `${site.origin}/e/${listed.slug}`);
    assert.equal(properties.get('og:site_name'), 'Slipmat');
    assert.match(
      properties.get('og:description') ?? '',
      /^Nova &amp; &lt;Friends&gt; · \d{4}-\d\d-\d\d \d\d:\d\d UTC$/,
    );
    assert.equal(html.match(/<title>/g)?.length, 1, 'one title');
    assert.match(html, /<title>Felt [^<]* · Slipmat<\/title>/);
    assert.doesNotMatch(html, /<script>alert/);
    assert.doesNotMatch(html, /noindex/);
  });
  await context.test('an unlisted event is previewed, and kept from search', async () => {
    const html = await htmlOf(`${site.origin}/e/${unlisted.slug}`);
    assert.equal(propertiesOf(html).get('og:description'), 'Come in.');
    assert.match(html, /<meta name="robots" content="noindex">/);
  });
  await context.test('a draft and an unknown name give nothing away', async () => {
    for (const slug of [draft.slug, 'no-such-event']) {
      const html = await htmlOf(`${site.origin}/e/${slug}`);
      assert.equal(propertiesOf(html).size, 0);
      assert.doesNotMatch(html, /Secret plans/);
    }
  });
});
