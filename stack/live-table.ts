export interface LiveTable {
  stop(): void;
}

interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const REFRESH_MS = 2_000;
const PLAIN_EVERY = 5;

/**
 * Shows lines that change: redrawn in place on a terminal; elsewhere (a pipe, a log) a summary of the first lines
 * every ten seconds.
 */
export function startLiveTable(describe: () => Promise<readonly string[]>, terminal: Terminal): LiveTable {
  let drawnLines = 0;
  let turn = 0;
  let busy = false;
  const draw = (lines: readonly string[]) => {
    if (terminal.isTTY === true) {
      const back = drawnLines === 0 ? '' : `\x1b[${drawnLines}A`;
      terminal.write(`${back}\x1b[J${lines.join('\n')}\n`);
      drawnLines = lines.length;
    } else if (turn++ % PLAIN_EVERY === 0) {
      terminal.write(`${lines.slice(0, 3).join(' | ').replace(/\s+/g, ' ')}\n`);
    }
  };
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    draw(await describe());
    busy = false;
  }, REFRESH_MS);
  return { stop: () => clearInterval(timer) };
}
