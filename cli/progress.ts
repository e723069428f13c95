/** Progress on stderr: a bar with the time left on a terminal, a line every tenth otherwise, nothing when quiet. */
export interface Progress {
  /** @param kept how many of these were done before this run: the time left is told from the others */
  done(count: number, kept?: number): void;
  /** Leaves the terminal's line clean. */
  end(): void;
}

const silent: Progress = { done: () => undefined, end: () => undefined };

export function progress(what: string, total: number, quiet: boolean): Progress {
  if (quiet || total <= 0) return silent;
  return process.stderr.isTTY ? bar(what, total) : tenths(what, total);
}

function bar(what: string, total: number): Progress {
  /** From when on the rate counts, and from how many. */
  let since = { now: performance.now(), count: 0, kept: 0 };
  const width = 30;
  return {
    done(count, kept = 0) {
      const part = Math.min(1, count / total);
      const filled = Math.round(part * width);
      const now = performance.now();
      if (kept > since.kept) since = { now, count, kept };
      const left = ((now - since.now) / 1000) * ((total - count) / (count - since.count));
      const time = count > since.count ? ` ${timeText(left)} left` : '';
      const drawn = '█'.repeat(filled) + '░'.repeat(width - filled);
      process.stderr.write(`\r\x1b[2K${what} ${drawn} ${Math.round(part * 100)} %${time}`);
    },
    end: () => void process.stderr.write('\r\x1b[2K'),
  };
}

/** Minutes from two of them on. */
function timeText(seconds: number): string {
  return seconds < 120 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
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
