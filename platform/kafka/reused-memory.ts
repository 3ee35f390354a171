interface ReusedMemoryOptions {
  /** Shorter than this it is made anew each time: that costs little, and must not keep a whole piece. */
  readonly smallestBytes: number;
  /** Longer than this as well. */
  readonly pieceBytes: number;
  /** Pieces that are kept for later at the most. */
  readonly mostIdle: number;
}

/**
 * Memory in pieces that are used again, once they are given back. What is not given back goes as all memory does.
 * Buffers lie outside the heap, and every 64 MB of them that are made cause a full garbage collection.
 */
export class ReusedMemory {
  readonly #options: ReusedMemoryOptions;
  readonly #idle: Buffer[] = [];

  constructor(options: ReusedMemoryOptions) {
    this.#options = options;
  }

  /** Memory of this length. Not cleared. */
  take(bytes: number): Buffer {
    const { smallestBytes, pieceBytes } = this.#options;
    if (bytes < smallestBytes || bytes > pieceBytes) return Buffer.allocUnsafeSlow(bytes);
    const piece = this.#idle.pop() ?? Buffer.allocUnsafeSlow(pieceBytes);
    return piece.subarray(0, bytes);
  }

  /** Says that nobody will look at some memory again, of which any part is given. Once only. */
  giveBack({ buffer }: Buffer): void {
    if (buffer.byteLength !== this.#options.pieceBytes || this.#idle.length >= this.#options.mostIdle) return;
    if (this.#idle.some((piece) => piece.buffer === buffer)) throw new Error('memory was given back twice');
    this.#idle.push(Buffer.from(buffer));
  }
}
