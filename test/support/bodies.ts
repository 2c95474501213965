/** Bodies of any size, both ways, never held whole. */

import http from 'node:http';

const BLOCK = Buffer.alloc(65_536, 'x');
const TIMEOUT = 60_000; // ms without a sign of life

/** Sends `blocks` of 64 KiB to `/sink`, which says how many bytes it read. */
export function upload(url: string, blocks: number, chunked = false): Promise<number> {
  const headers = chunked ? {} : { 'Content-Length': blocks * BLOCK.length };
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}/sink`, { method: 'POST', headers, agent: false });
    request.setTimeout(TIMEOUT, () => request.destroy(new Error('the upload stands still')));
    request.on('error', reject);
    request.on('response', (response) => {
      let body = '';
      response.on('data', (data) => (body += data));
      response.on('end', () => resolve(Number(body)));
    });
    let left = blocks;
    const write = () => {
      while (left > 0) {
        left -= 1;
        if (!request.write(BLOCK)) return;
      }
      request.off('drain', write);
      request.end();
    };
    request.on('drain', write);
    write();
  });
}

/** Reads `blocks` of 64 KiB from `/source`, and gives how many bytes came. */
export function download(url: string, blocks: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${url}/source?blocks=${blocks}`, { agent: false }, (response) => {
      let size = 0;
      response.on('data', (data: Buffer) => (size += data.length));
      response.on('error', reject);
      response.on('end', () => resolve(size));
    });
    request.setTimeout(TIMEOUT, () => request.destroy(new Error('the download stands still')));
    request.on('error', reject);
  });
}
