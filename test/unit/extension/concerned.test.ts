import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concerned } from '../../../extension/concerned.ts';

const [shop, blog, inner] = ['/srv/shop', '/srv/blog', '/srv/shop/admin'].map((root) => ({
  options: { root },
}));
const servers = [shop, blog, inner];

test('a save concerns the servers below whose folder it lies', () => {
  const of = (file: string) => concerned(file, servers as { options: { root: string } }[]);
  assert.deepEqual(of('/srv/blog/views.py'), [blog]);
  assert.deepEqual(of('/srv/shop/views.py'), [shop]);
  assert.deepEqual(of('/srv/shop/admin/views.py'), [shop, inner]);
});

test('a file that lies below none may be a library of any', () => {
  const of = (file: string) => concerned(file, servers as { options: { root: string } }[]);
  assert.deepEqual(of('/srv/common/money.py'), servers);
  assert.deepEqual(of('/srv/shopping/views.py'), servers);
});
