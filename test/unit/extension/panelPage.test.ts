import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelPage } from '../../../extension/views/panelPage.ts';

const page = () =>
  panelPage({
    html: `<!doctype html><html><head>
<meta http-equiv="Content-Security-Policy" content="default-src 'self'">
<link rel="stylesheet" href="panel.css"><script type="module" src="./panel.js"></script>
</head><body></body></html>`,
    cspSource: 'https://source.example',
    address: (name) => `https://source.example/dist/${name}`,
  });

test('resources get their webview addresses', () => {
  assert.match(page(), /href="https:\/\/source\.example\/dist\/panel\.css"/);
  assert.match(page(), /src="https:\/\/source\.example\/dist\/panel\.js"/);
});

test('one policy: a nonce of its own for each page, nothing inline, no connection', () => {
  const policies = page().match(/Content-Security-Policy/g);
  assert.equal(policies?.length, 1);
  assert.doesNotMatch(page(), /unsafe-|connect-src|'self'/);
  const [, nonce] = /script-src 'nonce-([^']+)'/.exec(page()) ?? [];
  assert.ok(nonce && nonce.length >= 20);
  const html = page();
  const [, inPolicy] = /script-src 'nonce-([^']+)'/.exec(html) ?? [];
  assert.ok(html.includes(`<script nonce="${inPolicy}" type="module"`));
  assert.notEqual(inPolicy, nonce);
});
