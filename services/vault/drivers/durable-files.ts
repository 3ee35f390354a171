import { constants } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;

/** Writes a file that is there whole or not at all, and stays after a power failure. Mode 0600. */
export async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const half = `${file}.half`;
  await withFile(half, 'w', async (handle) => {
    await handle.writeFile(bytes);
    await handle.sync();
  });
  await rename(half, file);
  await syncDirectory(dirname(file));
}

/** Appends a line to a file, making it where there is none; resolves when it stays after a power failure. */
export async function appendDurably(file: string, line: string): Promise<void> {
  await withFile(file, 'a', async (handle) => {
    await handle.writeFile(`${line}\n`);
    await handle.sync();
  });
  await syncDirectory(dirname(file));
}

/**
 * Overwrites a file with zeros on the disk, then removes it for good. Nothing is done where there is none. What the
 * file system or the disk copied elsewhere (snapshots, journals, worn flash cells) is out of reach.
 */
export async function shredFile(file: string): Promise<void> {
  try {
    await withFile(file, constants.O_RDWR, async (handle) => {
      const { size } = await handle.stat();
      await handle.write(Buffer.alloc(size), 0, size, 0);
      await handle.sync();
    });
    await unlink(file);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  await syncDirectory(dirname(file));
}

/** Whether a file system said that there is nothing of this name. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Makes what was created, renamed or removed in a folder stay so. */
export async function syncDirectory(directory: string): Promise<void> {
  await withFile(directory, 'r', (handle) => handle.sync());
}

async function withFile(
  file: string,
  flags: string | number,
  act: (handle: FileHandle) => Promise<unknown>,
): Promise<void> {
  const handle = await open(file, flags, OWNER_ONLY);
  try {
    await act(handle);
  } finally {
    await handle.close();
  }
}
