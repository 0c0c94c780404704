export type Cron = {
  /** Ascending. */
  hours: number[];
  minutes: number[];
  matchesDay(day: Date): boolean;
};

type Range = { from: number; to: number; names?: string[] };

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split(" ");
const LAST_YEAR = 2199;

/**
 * The six fields of EventBridge's cron: minutes, hours, day of month, month, day of week (1 is
 * Sunday), year. Unlike Unix cron, one of the two day fields is `?`.
 */
export function parseCron(fields: string): Cron {
  const parts = fields.trim().split(/\s+/);
  if (parts.length !== 6) throw new Error(`cron(${fields}) needs six fields`);
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = parts as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) {
    throw new Error(`cron(${fields}) needs a ? in exactly one of its two day fields`);
  }
  const months = values(month, { from: 1, to: 12, names: MONTHS });
  const years = values(year, { from: 1970, to: LAST_YEAR });
  const matchesDayField =
    dayOfWeek === "?" ? dayOfMonthMatcher(dayOfMonth) : dayOfWeekMatcher(dayOfWeek);

  return {
    minutes: values(minutes, { from: 0, to: 59 }),
    hours: values(hours, { from: 0, to: 23 }),
    matchesDay: (day) =>
      years.includes(day.getUTCFullYear()) &&
      months.includes(day.getUTCMonth() + 1) &&
      matchesDayField(day),
  };
}

/** Midnights from `start`'s day on, for eight years: the longest gap between two 29ths of February. */
export function* everyDay(start: Date): Generator<Date> {
  const midnight = Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate());
  for (let day = 0; day <= 8 * 366; day++) yield new Date(midnight + day * 86_400_000);
}

/** `*`, `5`, `1-5`, `MON-FRI`, `0/15` and lists of these, ascending. */
function values(field: string, range: Range): number[] {
  const found = new Set<number>();
  for (const item of field.split(",")) {
    const [span = "", step = "1"] = item.split("/");
    const [low = "", high] =
      span === "*" ? [String(range.from), String(range.to)] : span.split("-");
    const from = number(low, range);
    const to = high !== undefined ? number(high, range) : item.includes("/") ? range.to : from;
    if (!(Number(step) >= 1)) throw new Error(`${item} has no usable step`);
    for (let value = from; value <= to; value += Number(step)) found.add(value);
  }
  return [...found].sort((left, right) => left - right);
}

function number(text: string, { from, to, names }: Range): number {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + from : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= from && value <= to)) throw new Error(`${text} is not between ${from} and ${to}`);
  return value;
}

const lastDayOf = (day: Date) =>
  new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();

/** `L` is the last day, `15W` the weekday nearest to the 15th inside its month. */
function dayOfMonthMatcher(field: string): (day: Date) => boolean {
  if (field === "L") return (day) => day.getUTCDate() === lastDayOf(day);
  const [, wanted] = /^(\d+)W$/.exec(field) ?? [];
  if (wanted) return (day) => day.getUTCDate() === nearestWeekday(day, Number(wanted));
  const days = values(field, { from: 1, to: 31 });
  return (day) => days.includes(day.getUTCDate());
}

function nearestWeekday(day: Date, wanted: number): number {
  const last = lastDayOf(day);
  const target = Math.min(wanted, last);
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), target)).getUTCDay();
  if (weekday === 6) return target === 1 ? 3 : target - 1;
  if (weekday === 0) return target === last ? target - 2 : target + 1;
  return target;
}

/** `6L` is the month's last Friday, `3#2` its second Tuesday. */
function dayOfWeekMatcher(field: string): (day: Date) => boolean {
  const range = { from: 1, to: 7, names: WEEKDAYS };
  const [, special = "", kind, count] = /^(\w+?)(?:(L)|#([1-5]))$/.exec(field) ?? [];
  if (kind || count) {
    const weekday = number(special, range) - 1;
    return (day) =>
      day.getUTCDay() === weekday &&
      (kind
        ? day.getUTCDate() > lastDayOf(day) - 7
        : Math.ceil(day.getUTCDate() / 7) === Number(count));
  }
  const weekdays = values(field === "L" ? "7" : field, range);
  return (day) => weekdays.includes(day.getUTCDay() + 1);
}
