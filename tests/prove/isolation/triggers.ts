import type { Check } from "./check.ts";

export const triggers: Check = {
  id: "triggers",
  guarantee:
    "every trigger is on and runs a function of ours, no rule rewrites what is asked, and no constraint was let off its check",
  subjects: `
    select format('%I on %s', g.tgname, t.name) as object,
           format('%s, %s', p.oid::regprocedure, case when g.tgenabled in ('O', 'A') then 'on' else 'off' end) as found,
           case when off then format('%I on %s is switched off', g.tgname, t.name)
                when p.pronamespace not in (select oid from schemas) then format('%I on %s runs %s, which is not ours', g.tgname, t.name, p.oid::regprocedure) end as fault,
           case when off then format('alter table %s enable trigger %I;', t.name, g.tgname)
                when p.pronamespace not in (select oid from schemas) then format('drop trigger %I on %s;', g.tgname, t.name) end as remedy
      from pg_trigger g join tables t on t.oid = g.tgrelid join pg_proc p on p.oid = g.tgfoid,
           lateral (select g.tgenabled not in ('O', 'A') as off) o
     where not g.tgisinternal
    union all
    -- Those that hold foreign keys have a number in their names.
    select format('%s.%I', t.name, c.conname), case when bool_and(g.tgenabled in ('O', 'A')) then 'enforced' else 'switched off' end,
           case when not bool_and(g.tgenabled in ('O', 'A')) then format('%s.%I is not enforced', t.name, c.conname) end,
           case when not bool_and(g.tgenabled in ('O', 'A')) then format('alter table %s enable trigger all; -- as a superuser', t.name) end
      from pg_trigger g join tables t on t.oid = g.tgrelid join pg_constraint c on c.oid = g.tgconstraint
     where g.tgisinternal and c.contype = 'f'
     group by t.name, c.conname
    union all
    select format('%s.%I', t.name, c.conname), pg_get_constraintdef(c.oid),
           case when not c.convalidated then format('%s.%I was never checked on the rows that were there before it', t.name, c.conname) end,
           case when not c.convalidated then format('alter table %s validate constraint %I;', t.name, c.conname) end
      from pg_constraint c join tables t on t.oid = c.conrelid where c.contype in ('c', 'f')
    union all
    select format('%I on %s', w.rulename, t.name), 'rule', format('%I on %s rewrites what is asked of the table', w.rulename, t.name),
           format('drop rule %I on %s;', w.rulename, t.name)
      from pg_rewrite w join tables t on t.oid = w.ev_class`,
};
