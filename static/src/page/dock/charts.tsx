/** Figures over the time of the run: how long answers take, how many requests, the term, the size of the key space and of the database files. */

import type { Event } from "../../core/event.ts";
import { Gather } from "../../core/gather.ts";
import type { Lab } from "../lab.ts";
import { bytes, span, strings } from "../strings.ts";
import { scaleFor, toX } from "../timeline/scale.ts";

const WIDTH = 420;
const HEIGHT = 96;
const SECOND = 1_000_000;
const MAX_DOTS = 1200;

interface Answer {
  readonly t: number;
  readonly micros: number;
  readonly ok: boolean;
}

interface Sample {
  readonly t: number;
  readonly value: number;
}

interface FileSize extends Sample {
  readonly member: string;
  readonly used: number;
}

export class Charts {
  readonly answers: Gather<Answer>;
  readonly terms: Gather<Sample>;
  readonly revisions: Gather<Sample>;
  readonly files: Gather<FileSize>;
  private readonly asked = new Map<number, number>();

  constructor(readonly lab: Lab) {
    this.answers = new Gather(lab.history, (event) => this.answer(event), () => this.asked.clear());
    this.terms = new Gather(lab.history, (event) => (event.type === "role" && event.role === "leader" ? { t: event.t, value: event.term ?? 0 } : null));
    this.revisions = new Gather(lab.history, (event) => (event.type === "kv" && (event.rev ?? 0) > 0 ? { t: event.t, value: event.rev ?? 0 } : null));
    this.files = new Gather(lab.history, (event) => (event.type === "db" ? { t: event.t, member: event.member, value: event.bytes ?? 0, used: event.used ?? 0 } : null));
  }

  private answer(event: Event): Answer | null {
    if (event.type === "request") {
      this.asked.set(event.id, event.t);
      return null;
    }
    const asked = event.type === "reply" ? this.asked.get(event.id) : undefined;
    if (event.type !== "reply" || asked === undefined) {
      return null;
    }
    this.asked.delete(event.id);
    return { t: event.t, micros: event.t - asked, ok: event.ok === true };
  }
}

export function ChartsView({ charts }: { charts: Charts }) {
  const { lab } = charts;
  const now = (lab.clock.value, lab.now);
  const state = lab.watched();
  const answers = until(charts.answers, now);
  const terms = until(charts.terms, now);
  const revisions = until(charts.revisions, now);
  const scale = scaleFor(lab.history.begin, lab.playhead.now, WIDTH);
  const x = (t: number): number => toX(scale, t);
  const { chartTitles: titles } = strings;
  const slowest = Math.max(1000, ...answers.slice(-MAX_DOTS).map(({ micros }) => micros));
  const perSecond = rates(answers, now);
  const most = Math.max(1, ...perSecond.map(({ value }) => value));
  const files = byMember(until(charts.files, now));
  const largest = Math.max(1, ...[...files.values()].flatMap((samples) => samples.map(({ value }) => value)));
  const failed = answers.filter(({ ok }) => !ok).length;
  return (
    <div class="panel charts" tabIndex={0} role="region" aria-label={strings.dockTabs.charts}>
      <Chart title={titles.latency} words={answers.length === 0 ? strings.chartNone : strings.chartLatency(span(median(answers)), span(slowest))} top={span(slowest)}>
        {answers.slice(-MAX_DOTS).map((answer, i) => (
          <circle key={i} class={`chart-dot${answer.ok ? "" : " is-failed"}`} cx={x(answer.t)} cy={HEIGHT - (HEIGHT - 6) * (answer.micros / slowest)} r={answer.ok ? 1.8 : 2.6} />
        ))}
      </Chart>
      <Chart title={titles.rate} words={answers.length === 0 ? strings.chartNone : strings.chartRate(String(perSecond.at(-1)?.value ?? 0), failed)} top={`${most}/s`}>
        <path class="chart-area" d={area(perSecond, x, most)} />
      </Chart>
      <Chart title={titles.terms} words={terms.length === 0 ? strings.chartNone : strings.chartTerms(terms.at(-1)?.value ?? 0, terms.length)} top={String(terms.at(-1)?.value ?? 0)}>
        <path class="chart-line" d={steps(terms, x, Math.max(1, terms.at(-1)?.value ?? 1), now)} />
      </Chart>
      <Chart title={titles.size} words={strings.chartSize(state.keys.size, state.rev)} top={String(state.rev)}>
        <path class="chart-line" d={steps(revisions, x, Math.max(1, state.rev), now)} />
      </Chart>
      <Chart title={titles.file} words={files.size === 0 ? strings.chartNone : fileWords(files)} top={bytes(largest)}>
        {[...files].map(([member, samples]) => (
          <path key={member} class="chart-line is-used" d={steps(samples.map(({ t, used }) => ({ t, value: used })), x, largest, now)} />
        ))}
        {[...files].map(([member, samples]) => (
          <path key={`${member} file`} class="chart-line" d={steps(samples, x, largest, now)} />
        ))}
      </Chart>
    </div>
  );
}

function Chart({ title, words, top, children }: { title: string; words: string; top: string; children: preact.ComponentChildren }) {
  return (
    <figure class="chart">
      <figcaption>
        <b>{title}</b> <span class="figure">{words}</span>
      </figcaption>
      <svg viewBox={`0 -4 ${WIDTH} ${HEIGHT + 6}`} preserveAspectRatio="none" aria-hidden="true">
        <path class="chart-axis" d={`M0,${HEIGHT}H${WIDTH}`} />
        {children}
      </svg>
      <span class="chart-top figure" aria-hidden="true">
        {top}
      </span>
    </figure>
  );
}

function until<T extends { readonly t: number }>(gather: Gather<T>, now: number): readonly T[] {
  const { all, n } = gather.upTo(now);
  return n === all.length ? all : all.slice(0, n);
}

function byMember(samples: readonly FileSize[]): ReadonlyMap<string, readonly FileSize[]> {
  const all = new Map<string, FileSize[]>();
  for (const sample of samples) {
    const own = all.get(sample.member);
    own === undefined ? all.set(sample.member, [sample]) : own.push(sample);
  }
  return all;
}

/** fileWords says what the files are now: once if all members have the same, else each. */
function fileWords(files: ReadonlyMap<string, readonly FileSize[]>): string {
  const now = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([member, samples]) => ({ member, ...samples.at(-1) }));
  const text = ({ value = 0, used = 0 }): string => strings.chartFile(bytes(value), bytes(used));
  const first = now[0];
  if (first === undefined || now.every((one) => text(one) === text(first))) {
    return first === undefined ? "" : text(first);
  }
  return now.map((one) => `${one.member} ${bytes(one.value ?? 0)}`).join(", ");
}

/** rates are the answers of each second of virtual time. */
function rates(answers: readonly Answer[], now: number): Sample[] {
  const seconds = new Map<number, number>();
  for (const { t } of answers) {
    const second = Math.floor(t / SECOND);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }
  const first = answers[0] === undefined ? 0 : Math.floor(answers[0].t / SECOND);
  const last = Math.floor(now / SECOND);
  return answers.length === 0 ? [] : Array.from({ length: last - first + 1 }, (_, i) => ({ t: (first + i) * SECOND, value: seconds.get(first + i) ?? 0 }));
}

function median(answers: readonly Answer[]): number {
  const sorted = answers.slice(-MAX_DOTS).map(({ micros }) => micros).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function area(samples: readonly Sample[], x: (t: number) => number, most: number): string {
  const y = (value: number): string => (HEIGHT - (HEIGHT - 6) * (value / most)).toFixed(1);
  const tops = samples.map(({ t, value }) => `H${x(t).toFixed(1)}V${y(value)}H${x(t + SECOND).toFixed(1)}`);
  return samples.length === 0 ? "" : `M${x(samples[0]?.t ?? 0).toFixed(1)},${HEIGHT}${tops.join("")}V${HEIGHT}Z`;
}

function steps(samples: readonly Sample[], x: (t: number) => number, most: number, now: number): string {
  const y = (value: number): string => (HEIGHT - (HEIGHT - 6) * (value / most)).toFixed(1);
  const [first, ...rest] = samples;
  return first === undefined ? "" : `M${x(first.t).toFixed(1)},${y(first.value)}${rest.map(({ t, value }) => `H${x(t).toFixed(1)}V${y(value)}`).join("")}H${x(now).toFixed(1)}`;
}
