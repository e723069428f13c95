import { expect, test } from 'vitest';
import { webAddress } from '../../src/chat/outside-link.tsx';
import { hasMarks } from '../../src/chat/reply-words.tsx';

test.each(['Here is the image:', '好的，这是图片。', 'A red car; it is 3 m long (about).', 'one\ntwo'])(
  '%j is plain words',
  (text) => {
    expect(hasMarks(text)).toBe(false);
  },
);

test.each([
  '# Boats',
  'a **b**',
  '- one',
  '2. two',
  '> said',
  'a\n\nb',
  '`x`',
  '[a](b)',
  'a <b>',
  '&copy;',
  '    code',
  'a\\*',
  'Boats\n===',
])('%j is Markdown', (text) => expect(hasMarks(text)).toBe(true));

test('only addresses of the web are opened, by the host that they lead to', () => {
  expect(webAddress('https://harbour.example/map')?.host).toBe('harbour.example');
  expect(webAddress('https://harbour.example@evil.example/')?.host).toBe('evil.example');
  // Letters that look alike are told apart.
  expect(webAddress('https://hаrbour.example/')?.host).toMatch(/^xn--/);
  for (const other of [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'mailto:a@b.example',
    '//x',
    'x',
    '',
  ])
    expect(webAddress(other)).toBeNull();
});
