import assert from 'node:assert/strict';
import { test } from 'node:test';
import { supportOf } from './support.ts';

const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15';
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15';

test('iPhones and iPads are told about the home screen, others that it does not work', () => {
  assert.equal(supportOf({ userAgent: iphone, maxTouchPoints: 5, hasPush: false }), 'home-screen');
  assert.equal(supportOf({ userAgent: mac, maxTouchPoints: 5, hasPush: false }), 'home-screen');
  assert.equal(supportOf({ userAgent: mac, maxTouchPoints: 0, hasPush: false }), 'no');
  assert.equal(supportOf({ userAgent: iphone, maxTouchPoints: 5, hasPush: true }), 'yes');
});
