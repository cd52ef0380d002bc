import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encoderGuides, ffmpegCommand, keyPlaceholder } from './encoders.ts';

const settings = { host: 'live.example.org', port: 8000, mount: '/mika', user: 'source', tls: false };

test('the ffmpeg command is whole, with the key when the page knows it', () => {
  assert.match(
    ffmpegCommand(settings, undefined),
    new RegExp(`'icecast://source:${keyPlaceholder}@live.example.org:8000/mika'$`),
  );
  assert.match(
    ffmpegCommand(settings, 'sk_abc'),
    /'icecast:\/\/source:sk_abc@live\.example\.org:8000\/mika'$/,
  );
  assert.match(ffmpegCommand({ ...settings, tls: true }, 'x'), / -tls 1 /);
  assert.doesNotMatch(ffmpegCommand(settings, 'x'), / -tls /);
});

test('nothing in a setting ends the address or the quotes early', () => {
  const command = ffmpegCommand({ ...settings, host: '::1', mount: 'mika' }, "a'b/c@d");
  assert.match(command, /'icecast:\/\/source:a'\\''b%2Fc%40d@\[::1\]:8000\/mika'$/);
});

test('every guide names this server’s own values', () => {
  const guides = encoderGuides(settings, undefined);
  assert.deepEqual(
    guides.map((guide) => guide.name),
    ['butt', 'mixxx', 'traktor', 'ffmpeg'],
  );
  for (const guide of guides) {
    const text = [...guide.steps, guide.command ?? ''].join('\n');
    assert.match(text, /live\.example\.org/);
    assert.match(text, /8000/);
    assert.match(text, /mika/);
  }
});
