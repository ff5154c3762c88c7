/** The tables that are shown: which pages of their names are read, and which tables are open. It knows no widget. */

import type { Api } from './api';
import { problemOf } from './problems';
import type { IProblem, ITables, OpenTable } from './tokens';

/** Names that are read at once. */
export const PAGE = 200;

export interface ITablesChange {
  readonly tables?: ITables | null;
  readonly tablesProblem?: IProblem | null;
}

export class TablesModel {
  constructor(
    private readonly api: Api,
    private readonly tell: (change: ITablesChange) => void
  ) {}

  get tables(): ITables | null {
    return this.current;
  }

  /** Show another datasource's tables, or none. */
  async show(datasource: string | null, isAnew = false): Promise<void> {
    const isSame = datasource === this.datasource;
    this.datasource = datasource;
    this.words = isSame ? this.words : '';
    if (!isSame) {
      this.set(null);
    }
    await this.read(isAnew);
  }

  async search(words: string): Promise<void> {
    if (words !== this.words) {
      this.words = words;
      await this.read();
    }
  }

  /** Read the pages that hold these positions, where they have not been read. */
  async need(from: number, to: number): Promise<void> {
    const { current, reading } = this;
    const heads = current?.heads ?? [];
    for (
      let at = pageOf(from);
      at <= Math.min(to, heads.length - 1);
      at += PAGE
    ) {
      if (!heads[at] && !this.asked.has(at)) {
        this.asked.add(at);
        await this.readPage(at, reading);
      }
    }
  }

  /** Open a table and read its columns, or close it. */
  async toggle(name: string): Promise<void> {
    const { current, datasource } = this;
    if (current === null || datasource === null) {
      return;
    }
    if (current.open.has(name)) {
      const open = new Map(current.open);
      open.delete(name);
      this.set({ ...current, open });
      return;
    }
    this.setOpen(name, null);
    const columns = await this.api.readTable(datasource, name).then(
      table => table.columns,
      (error: unknown) => problemOf(error)
    );
    if (this.datasource === datasource && this.current?.open.has(name)) {
      this.setOpen(name, columns);
    }
  }

  private async read(isAnew = false): Promise<void> {
    const { datasource } = this;
    const reading = ++this.reading;
    if (datasource === null) {
      return;
    }
    try {
      const page = await this.api.readTables(
        { datasource, search: this.words, offset: 0, limit: PAGE },
        isAnew
      );
      if (reading === this.reading) {
        const heads = new Array<undefined>(page.found).fill(undefined);
        this.asked = new Set([0]);
        this.set({
          datasource,
          search: this.words,
          total: page.total,
          heads: spliced(heads, 0, page.tables),
          open: this.current && !isAnew ? this.current.open : new Map()
        });
      }
    } catch (error) {
      const tablesProblem = problemOf(error);
      if (reading === this.reading) {
        this.current = null;
        this.tell({ tables: null, tablesProblem });
      }
    }
  }

  private async readPage(offset: number, reading: number): Promise<void> {
    const { current } = this;
    if (current === null) {
      return;
    }
    const { datasource, search } = current;
    const page = await this.api
      .readTables({ datasource, search, offset, limit: PAGE })
      .catch((error: unknown) => {
        problemOf(error);
        this.asked.delete(offset); // once more, when it is looked at again
        return null;
      });
    if (page && reading === this.reading && this.current) {
      const heads = spliced(this.current.heads, offset, page.tables);
      this.set({ ...this.current, heads });
    }
  }

  private setOpen(name: string, columns: OpenTable): void {
    if (this.current) {
      const open = new Map(this.current.open).set(name, columns);
      this.set({ ...this.current, open });
    }
  }

  private set(tables: ITables | null): void {
    this.current = tables;
    this.tell({ tables, tablesProblem: null });
  }

  private current: ITables | null = null;
  private datasource: string | null = null;
  private words = '';
  /** The number of the last reading: what an earlier one brings is dropped. */
  private reading = 0;
  private asked = new Set<number>();
}

function pageOf(position: number): number {
  return Math.max(0, Math.floor(position / PAGE) * PAGE);
}

/** The list with these in place of those from `offset` on, as long as it was. */
function spliced<T>(
  list: readonly T[],
  offset: number,
  part: readonly T[]
): readonly T[] {
  return [
    ...list.slice(0, offset),
    ...part,
    ...list.slice(offset + part.length)
  ].slice(0, list.length);
}
