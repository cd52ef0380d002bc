import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchPath } from './match-path.ts';
import { paths, routePatterns } from './paths.ts';
import { rarePatterns, staffPaths, staffPatterns } from './staff-paths.ts';

test('every path that is built is of its own pattern and of no earlier one', () => {
  const built = {
    ...Object.fromEntries(
      Object.entries({ ...paths, ...staffPaths }).map(([name, build]) => [name, build('a-name')]),
    ),
  };
  for (const [name, path] of Object.entries(built)) {
    const patterns = Object.entries({ ...routePatterns, ...staffPatterns, ...rarePatterns });
    const first = patterns.find(([, pattern]) => matchPath(pattern, path) !== undefined);
    assert.equal(first?.[0], name);
  }
});

test('parameters come decoded', () => {
  assert.deepEqual(matchPath('/e/:slug', '/e/first-night'), { slug: 'first-night' });
  assert.deepEqual(matchPath('/e/:slug', paths.live('a/b c')), { slug: 'a/b c' });
  assert.deepEqual(matchPath('/a/:one/:two', '/a/1/2'), { one: '1', two: '2' });
});

test('a slash at the end and capitals of fixed parts mean nothing', () => {
  assert.deepEqual(matchPath('/e/:slug', '/E/night/'), { slug: 'night' });
  assert.deepEqual(matchPath('/', '/'), {});
});

test('more, less and empty parts are other addresses', () => {
  for (const path of ['/e', '/e/', '/e/night/chat', '/f/night', '//night', '/e/%']) {
    assert.equal(matchPath('/e/:slug', path), undefined, path);
  }
});
