/** The published JSON schema of HAR 1.2 (npm's har-schema), as a check. */

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { Ajv } from 'ajv';

const require = createRequire(import.meta.url);

function compile() {
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json'));
  ajv.addFormat(
    'uri',
    (text) => /^[a-z]+:[\w.~!$&'()*+,;=:@/?%[\]-]*$/i.test(text) && URL.canParse(text),
  );
  ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)));
  ajv.addFormat('ipv4', (text) => isIP(text) === 4);
  ajv.addFormat('ipv6', (text) => isIP(text) === 6);
  const schemas = Object.values(require('har-schema') as Record<string, object>);
  for (const schema of schemas) ajv.addSchema(schema);
  return ajv.getSchema('har.json#');
}

export function assertValidHar(text: string): void {
  const validate = compile();
  assert.ok(validate, 'the schema is there');
  assert.ok(validate(JSON.parse(text)), JSON.stringify(validate.errors?.slice(0, 5), null, 1));
}
