// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of launch.json
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialConfigurations, launchOf } from '../../../extension/debug/launchConfiguration.ts';
import type { AppHook } from '../../../extension/hooks/search.ts';
import { wantedBy } from '../../../extension/wanted.ts';

const hook = (more: Partial<AppHook> = {}): AppHook => ({
  attribute: 'application',
  kind: 'application',
  line: 1,
  framework: 'WSGI',
  app: 'wsgi:application',
  root: '/work',
  file: '/work/wsgi.py',
  ...more,
});

test('an app hook becomes a configuration that can be shared', () => {
  assert.deepEqual(launchOf(hook(), '/work'), {
    name: 'Prefork: wsgi:application',
    type: 'prefork',
    request: 'launch',
    app: 'wsgi:application',
    cwd: '${workspaceFolder}',
  });
});

test('several of one name are told apart by their folder', () => {
  const inner = launchOf(hook({ root: '/work/services/api' }), '/work');
  assert.equal(inner.name, 'Prefork: wsgi:application (services/api)');
  assert.equal(inner.cwd, '${workspaceFolder}/services/api');
  assert.equal(launchOf(hook({ root: '/other' }), '/work').cwd, '/other');
});

test('templates of the framework can be stopped in; what the app needs is set', () => {
  const env = { DJANGO_SETTINGS_MODULE: 'site.settings' };
  const django = launchOf(hook({ framework: 'Django', env }), '/work');
  assert.deepEqual([django.django, django.jinja, django.env], [true, undefined, env]);
  assert.equal(launchOf(hook({ framework: 'Flask' }), '/work').jinja, true);
});

test('a new launch.json has something to edit', () => {
  const [only] = initialConfigurations([], '/work');
  assert.equal(only?.app, 'wsgi:application');
  assert.equal(initialConfigurations([hook(), hook({ app: 'b:app' })], '/work').length, 2);
});

test('what a configuration leaves out is left to the settings', () => {
  assert.deepEqual(wantedBy({ app: 'a', cwd: '/work', port: 0, envFile: '' }), {
    app: 'a',
    root: '/work',
    port: 0,
    envFile: '',
  });
});
