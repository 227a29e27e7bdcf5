import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTag } from '../../../../src/store/events/read-tag.ts';

const LINE = 'aa400000000123450a2a01123018455927a7';

test('a line of a reader is about a tag, also with a suffix and words around it', () => {
  for (const line of [LINE, `${LINE}FS`, `${LINE}LS`, `  ${LINE} rest\r\n`]) {
    assert.equal(readTag(line), '000000012345', line);
  }
});

test('another line is about no tag', () => {
  const withSum = (body: string) => {
    const sum = [...body.slice(2)].reduce((total, character) => total + character.charCodeAt(0), 0);
    return `${body}${(sum & 0xff).toString(16).padStart(2, '0')}`;
  };
  assert.equal(readTag(withSum('aa400000000123450a2a01123018455963')), '000000012345');
  for (const line of [
    '',
    ' ',
    'line 1',
    LINE.slice(0, -1),
    `${LINE}XX`,
    `ab${LINE.slice(2)}`,
    LINE.replace('27a7', '27a8'),
    LINE.replace('27a7', '27A7'),
    withSum('aa400000000123450a2a01123018455964'),
    withSum('aa400000000123450a2axx123018455927'),
  ]) {
    assert.equal(readTag(line), null, line);
  }
});
