//! The tables of what is shared, as diesel sees them. (To come from the intentions' half.)
//!
//! The audit log's tables are not here but in `audit::tables`, made by migration 2026-11-20-000001_audit, which also keeps the clock
//! (`audit_lanes.latest`): no table of moments is needed. Further migrations are numbered from 2026-11-20-000002 on.
//! A closure of `Store::write` never turns a database error into a refusal (look before you insert): any failed statement breaks the write.
