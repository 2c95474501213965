/** Ten ways to break an app by a save, on each framework; what is to be told of each, and where. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { APPS } from './apps.ts';

export type Framework = Exclude<keyof typeof APPS, 'bare'>;
export const FRAMEWORKS = Object.keys(APPS).filter((name) => name !== 'bare') as Framework[];

export interface Fault {
  name: string;
  /** What the save writes: relative path to text. */
  files(cwd: string): Record<string, string>;
  /** The exception's type. */
  type: string;
  /** In its message. */
  says: RegExp;
  /** Relative path and line where to look first. */
  place: string;
  /** In what to do about it. */
  hint?: RegExp;
  /** It is no fault of an import: a request runs into it. */
  inRequest?: boolean;
}

/** Every fixture app imports `message`; line 2 of it is the one at fault. */
const inMessage = (statement: string) => () => ({
  'message.py': `TEXT = "broken"\n${statement}\n`,
});
const place = 'message.py:2';

const COMMON: Fault[] = [
  {
    name: 'syntax error',
    files: inMessage('TEXT = = 1'),
    type: 'SyntaxError',
    says: /invalid syntax/,
    place,
  },
  {
    name: 'import error',
    files: inMessage('import no_such_package'),
    type: 'ModuleNotFoundError',
    says: /No module named 'no_such_package'/,
    place,
    hint: /-m pip install no-such-package/,
  },
  {
    name: 'name error',
    files: inMessage('TEXT = undefined'),
    type: 'NameError',
    says: /name 'undefined' is not defined/,
    place,
  },
  {
    name: 'circular import',
    files: () => ({
      'message.py': 'TEXT = "broken"\nfrom orders import Order\n',
      'orders.py': 'from message import SIZE\n',
    }),
    type: 'ImportError',
    says: /partially initialized module 'message'/,
    place: 'orders.py:1',
    hint: /message imports orders imports message/,
  },
  {
    name: 'infinite loop at import',
    files: inMessage('while True: pass'),
    type: 'BootTimeout',
    says: /took longer than \d+ s and was stopped/,
    place,
    hint: /--boot-timeout/,
  },
  {
    name: 'exit at import',
    files: inMessage('import os; os._exit(7)'),
    type: 'BootExit',
    says: /exited with code 7/,
    place,
  },
  {
    name: 'crash at import',
    files: inMessage('import ctypes; ctypes.string_at(0)'),
    type: 'BootCrash',
    says: /segmentation fault \(SIGSEGV\)/,
    place,
  },
  {
    name: 'bad conf file',
    files: () => ({ 'gunicorn.conf.py': '# hooks\npost_fork = nothing\n' }),
    type: 'NameError',
    says: /name 'nothing' is not defined/,
    place: 'gunicorn.conf.py:2',
  },
];

const TABLE_AT_IMPORT: Fault = {
  name: 'missing migration',
  files: inMessage('import sqlite3; sqlite3.connect(":memory:").execute("select * from orders")'),
  type: 'sqlite3.OperationalError',
  says: /no such table: orders/,
  place,
  hint: /a migration was not applied/,
};

/** The model is there and its table is not; Django asks for it in a request. */
const TABLE_IN_REQUEST: Fault = {
  name: 'missing migration',
  files: () => ({
    'message.py': `from django.db import models

class Order(models.Model):
    class Meta:
        app_label = "auth"

class Text:
    def __str__(self):
        return f"{Order.objects.count()} orders"

TEXT = Text()
`,
  }),
  type: 'django.db.utils.OperationalError',
  says: /no such table: auth_order/,
  place: 'message.py:9',
  hint: /manage\.py migrate/,
  inRequest: true,
};

const setting = (statement: string, more: Pick<Fault, 'type' | 'says' | 'hint'>): Fault => ({
  name: 'missing setting',
  files: inMessage(statement),
  place,
  ...more,
});

/** Without its SECRET_KEY, which message.py asks for. */
function withoutSecretKey(cwd: string): Record<string, string> {
  const settings = readFileSync(join(cwd, 'project/settings.py'), 'utf8');
  return {
    'project/settings.py': settings.replace(/^SECRET_KEY = .*$/m, 'SECRET_KEY = ""'),
    'message.py': 'from django.conf import settings\nTEXT = settings.SECRET_KEY[:3]\n',
  };
}

const FAULTS_OF: Record<Framework, Fault[]> = {
  flask: [
    setting('import flask; TEXT = flask.Flask("shop").config["SHOP_KEY"]', {
      type: 'KeyError',
      says: /SHOP_KEY/,
    }),
    TABLE_AT_IMPORT,
  ],
  bottle: [
    setting('import os; TEXT = os.environ["SHOP_KEY"]', {
      type: 'KeyError',
      says: /SHOP_KEY/,
      hint: /The environment variable SHOP_KEY is not set/,
    }),
    TABLE_AT_IMPORT,
  ],
  django: [
    {
      name: 'missing setting',
      files: withoutSecretKey,
      type: 'django.core.exceptions.ImproperlyConfigured',
      says: /SECRET_KEY setting must not be empty/,
      place,
      hint: /Set SECRET_KEY in .*settings\.py/,
    },
    TABLE_IN_REQUEST,
  ],
};

export const faultsOf = (framework: Framework): Fault[] => [...COMMON, ...FAULTS_OF[framework]];
