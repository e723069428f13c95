/** Progress on stderr: a bar with the time left on a terminal, a line every tenth otherwise, nothing when quiet. */
export interface Progress {
  done(count: number): void;
  /** Leaves the terminal's line clean. */
  end(): void;
}

const silent: Progress = { done: () => undefined, end: () => undefined };

export function progress(what: string, total: number, quiet: boolean): Progress {
  if (quiet || total <= 0) return silent;
  return process.stderr.isTTY ? bar(what, total) : tenths(what, total);
}

function bar(what: string, total: number): Progress {
  const started = performance.now();
  const width = 30;
  return {
    done(count) {
      const part = Math.min(1, count / total);
      const filled = Math.round(part * width);
      const left = part > 0 ? ((performance.now() - started) / 1000) * (1 / part - 1) : undefined;
      const time = left === undefined ? '' : ` ${Math.ceil(left)} s left`;
      const drawn = '█'.repeat(filled) + '░'.repeat(width - filled);
      process.stderr.write(`\r\x1b[2K${what} ${drawn} ${Math.round(part * 100)} %${time}`);
    },
    end: () => void process.stderr.write('\r\x1b[2K'),
  };
}

function tenths(what: string, total: number): Progress {
  let shown = 0;
  return {
    done(count) {
      const tenth = Math.floor((Math.min(count, total) / total) * 10);
      if (tenth <= shown) return;
      shown = tenth;
      process.stderr.write(`${what} ${tenth * 10} %\n`);
    },
    end: () => undefined,
  };
}
