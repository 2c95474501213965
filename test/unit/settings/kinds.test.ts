/** Each kind of value: what it takes, from a command line and from a conf file, and what it refuses. */

import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import * as kinds from '../../../server/settings/kinds.ts';

type Cases<Value> = [unknown, Value][];

function takes<Value>(kind: kinds.Kind<Value>, cases: Cases<Value>): void {
  for (const [given, value] of cases) assert.deepEqual(kind.check(given), value, String(given));
}

function refuses(kind: kinds.Kind<unknown>, cases: [unknown, RegExp][]): void {
  for (const [given, message] of cases) assert.throws(() => kind.check(given), { message });
}

test('a switch takes the booleans and their names', () => {
  takes(kinds.toggle, [
    [true, true],
    [false, false],
    [null, false],
    ['True', true],
    [' false ', false],
  ]);
  refuses(kinds.toggle, [
    ['yes', /^not True or False: 'yes'$/],
    [1, /^not True or False: 1$/],
    ['', /^not True or False: ''$/],
  ]);
});

test('an integer is decimal, or says its base, and is not negative', () => {
  takes(kinds.integer, [
    [0, 0],
    ['0', 0],
    ['30', 30],
    ['007', 7],
    ['0x10', 16],
    ['0o17', 15],
    ['0b101', 5],
    ['1_000', 1000],
    [true, 1],
  ]);
  refuses(kinds.integer, [
    ['four', /^not an integer: 'four'$/],
    ['', /^not an integer: ''$/],
    ['1.5', /^not an integer: '1.5'$/],
    [{ $repr: '30.0' }, /^not an integer: 30\.0$/],
    [null, /^not an integer: None$/],
    [['1'], /^not an integer: \['1'\]$/],
    [-1, /^must not be negative: -1$/],
    ['-1', /^must not be negative: -1$/],
    ['9'.repeat(20), /^not an integer/],
  ]);
});

test('there is at least one worker and one thread', () => {
  takes(kinds.count, [['1', 1]]);
  refuses(kinds.count, [[0, /^must be at least 1$/]]);
});

test('a mode is octal as it is usually written', () => {
  takes(kinds.mode, [
    ['022', 0o22],
    ['0o22', 0o22],
    ['18', 18],
    [18, 18],
    ['0', 0],
  ]);
  refuses(kinds.mode, [['09x', /^not an integer/]]);
});

test('a text is stripped and may be None only where that means something', () => {
  takes(kinds.text, [[' info ', 'info']]);
  takes(kinds.optionalText, [
    [null, null],
    ['a', 'a'],
  ]);
  refuses(kinds.text, [
    [null, /^not a string: None$/],
    [5, /^not a string: 5$/],
  ]);
});

test('addresses come one or several, in all of their forms', () => {
  takes(kinds.addresses, [
    ['0.0.0.0:80', ['0.0.0.0:80']],
    [
      ['unix:/run/a.sock', 'fd://3'],
      ['unix:/run/a.sock', 'fd://3'],
    ],
    [null, []],
  ]);
  refuses(kinds.addresses, [
    ['localhost:http', /^'http' is not a valid port number$/],
    [['127.0.0.1:70000'], /^'70000' is not a valid port number$/],
    [[8000], /^not a string: 8000$/],
  ]);
});

test('networks are one text with commas, as in Gunicorn; a Python list is refused', () => {
  takes(kinds.networks, [
    ['127.0.0.1, ::1,10.0.0.0/8', '127.0.0.1,::1,10.0.0.0/8'],
    ['*', '*'],
    ['', ''],
  ]);
  refuses(kinds.networks, [
    [['127.0.0.1'], /^not a string: \['127.0.0.1'\]$/],
    ['localhost', /^not an IP address or network: 'localhost'$/],
    ['10.0.0.0/33', /'10\.0\.0\.0\/33'$/],
    ['10.0.0.0/8/8', /not an IP address/],
  ]);
  assert.equal(kinds.networks.show('127.0.0.1,::1'), "['127.0.0.1', '::1']");
});

test('environment variables have a name and a value', () => {
  takes(kinds.environment, [
    ['A=1', ['A=1']],
    [
      ['A=', 'B=x=y'],
      ['A=', 'B=x=y'],
    ],
  ]);
  refuses(kinds.environment, [
    ['A', /^not NAME=VALUE: 'A'$/],
    [['=x'], /^not NAME=VALUE: '=x'$/],
  ]);
});

test('a folder has to be one', () => {
  const folder = realpathSync(tmpdir());
  takes(kinds.folder, [[folder, folder]]);
  refuses(kinds.folder, [
    ['/no/such', /^no such folder: '\/no\/such'$/],
    [import.meta.filename, /^no such folder/],
  ]);
});

test('a file to watch has to be there, a pattern may match later', () => {
  takes(kinds.patterns, [
    [
      [import.meta.filename, '/no/**/*.html'],
      [import.meta.filename, '/no/**/*.html'],
    ],
  ]);
  refuses(kinds.patterns, [['/no/such', /^no such file: '\/no\/such'$/]]);
});

test('folders of the Python path are separated by commas', () => {
  takes(kinds.paths, [
    ['lib, vendor', ['lib', 'vendor']],
    [null, []],
  ]);
  assert.equal(kinds.paths.show(['lib', 'vendor']), 'lib,vendor');
  assert.equal(kinds.paths.show([]), 'None');
});

test('a dictionary has texts in it', () => {
  takes(kinds.dictionary, [[{ 'X-A': 'on' }, { 'X-A': 'on' }]]);
  refuses(kinds.dictionary, [
    [['X-A'], /^not a dictionary: \['X-A'\]$/],
    [{ $repr: '{1: 2}' }, /^not a dictionary: \{1: 2\}$/],
    [{ 'X-A': 1 }, /^not a string: 1$/],
  ]);
});

test('a class is named or given itself', () => {
  takes(kinds.className, [
    ['gthread', 'gthread'],
    [{ $callable: 'pkg.Worker' }, 'pkg.Worker'],
  ]);
  refuses(kinds.className, [[1, /^not a string: 1$/]]);
});

test('the panel listens on an address or is off', () => {
  takes(kinds.panelAddress, [
    ['127.0.0.1:0', '127.0.0.1:0'],
    ['off', null],
  ]);
  refuses(kinds.panelAddress, [
    ['unix:/x', /^not HOST:PORT: 'unix:\/x'$/],
    ['9000', /^not HOST:PORT: '9000'$/],
  ]);
});

test('the PROXY protocol takes Gunicorn’s words and truth values', () => {
  takes(kinds.proxyProtocol, [
    [true, 'auto'],
    [false, 'off'],
    [null, 'off'],
    ['V2', 'v2'],
    ['true', 'auto'],
    ['none', 'off'],
  ]);
  refuses(kinds.proxyProtocol, [['v3', /^not off, v1, v2, auto: 'v3'$/]]);
});

test('a word is one of a few', () => {
  takes(kinds.headerMap, [['Refuse ', 'refuse']]);
  refuses(kinds.headerMap, [['keep', /^not drop, refuse, dangerous: 'keep'$/]]);
  refuses(kinds.certificates, [['3', /^not 0 \(none\), 1 \(optional\) or 2 \(required\): 3$/]]);
});
