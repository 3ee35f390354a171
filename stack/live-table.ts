export interface LiveTable {
  stop(): void;
}

interface Terminal {
  readonly isTTY?: boolean;
  readonly rows?: number;
  readonly columns?: number;
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
      const shown = fit(lines, terminal);
      terminal.write(`${back}\x1b[J${shown.join('\n')}\n`);
      drawnLines = shown.length;
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

/** What fits on the screen: a line that wraps or scrolls away could not be drawn over. */
function fit(lines: readonly string[], { rows, columns }: Terminal): readonly string[] {
  return lines.slice(0, Math.max(1, (rows ?? lines.length + 1) - 1)).map((line) => line.slice(0, columns));
}
