create table orders (id text primary key);
create table payments (order_id text references orders on delete cascade, bank text);
-- "real": a parcel leaves the house; what Mainstay buys stays there.
create table shipments (order_id text references orders on delete cascade, real boolean);
create view order_states as
  select id,
    case when exists (select from payments where order_id = id) then 'paid' else 'not paid' end
      || case when exists (select from shipments where order_id = id) then ', shipped' else '' end
      as state
  from orders;
