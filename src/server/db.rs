//! The one way to a transaction. It belongs to one company, and writes its events last.

use crate::accounts::server::actor::{Actor, Scope};
use crate::activity::model::{Event, Who};
use crate::activity::server::record;
use crate::error::AppError;
use crate::live::server::hub::Hub;
use crate::values::{AssistantId, CompanyId, MutationId, UserId};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

/// The pool of the process's own role, and the hub that is told after each commit.
#[derive(Clone)]
pub struct Db {
    pool: PgPool,
    hub: Hub,
}

/// A transaction of one company. Dropped without `commit`, it never happened.
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    company: CompanyId,
    actor: Who,
    mutation: Option<MutationId>,
    events: Vec<(Event, Audience)>,
    hub: Hub,
}

/// Who may see an event besides managers and admins. Managers and admins see everything; see
/// `reaches` for the rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audience {
    /// Reps of this assistant.
    pub assistant: Option<AssistantId>,
    /// These people.
    pub owners: Vec<UserId>,
    /// Nobody but managers and admins, unless named in `owners`.
    pub staff_only: bool,
}

impl Audience {
    /// Managers and admins, and those whom a lead of this assistant and owner is in reach of. A
    /// lead that is on no assistant and nobody's is seen by managers and admins alone.
    pub fn of_lead(assistant: Option<AssistantId>, owner: Option<UserId>) -> Self {
        Self { assistant, owners: owner.into_iter().collect(), staff_only: assistant.is_none() }
    }
    /// And this person too: whoever had the lead until now still learns that it has gone.
    pub fn and(mut self, person: Option<UserId>) -> Self {
        self.owners.extend(person);
        self
    }
    /// Managers and admins, and one person.
    pub fn of_person(user: UserId) -> Self {
        Self { assistant: None, owners: vec![user], staff_only: true }
    }
    /// Managers and admins.
    pub fn staff() -> Self {
        Self { staff_only: true, ..Self::default() }
    }
    /// Everyone in the company.
    pub fn everyone() -> Self {
        Self::default()
    }
    /// Whether whoever has this scope may see it. Only what names no assistant and no owner, and
    /// is not for staff, is for everyone.
    pub fn reaches(&self, scope: &Scope) -> bool {
        let named = scope.user.is_some_and(|user| self.owners.contains(&user));
        let open = match self.assistant {
            Some(assistant) => scope.assistants.contains(&assistant),
            None => self.owners.is_empty(),
        };
        scope.all || named || (open && !self.staff_only)
    }
}

impl Db {
    /// Over a pool of the process's own role.
    pub fn new(pool: PgPool, hub: Hub) -> Self {
        Self { pool, hub }
    }

    /// Begins a transaction for whoever asks: every row it can see or write is their company's.
    pub async fn begin(&self, actor: &Actor) -> Result<Tx, AppError> {
        let inner = begin_for(&self.pool, actor.company()).await?;
        Ok(self.tx(actor, inner))
    }

    /// Begins a transaction that only reads, and in which every statement sees the same moment.
    pub async fn snapshot(&self, actor: &Actor) -> Result<Tx, AppError> {
        let inner = begin_as(&self.pool, "begin isolation level repeatable read read only", actor.company()).await?;
        Ok(self.tx(actor, inner))
    }

    fn tx(&self, actor: &Actor, inner: Transaction<'static, Postgres>) -> Tx {
        Tx { inner, company: actor.company(), actor: actor.who(), mutation: None, events: Vec::new(), hub: self.hub.clone() }
    }

    /// The bare pool: for the look-up functions that come before a company is known, and for
    /// tables that are nobody's. Tenant tables show no rows through it.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }
}

/// Begins a transaction and says for which company it is, in one go. That ends with it.
pub async fn begin_for(pool: &PgPool, company: CompanyId) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    begin_as(pool, "begin", company).await
}

/// In a task of its own, which ends even when whoever asked has gone, as a page does that is no longer
/// wanted: sqlx 0.9.0 forgets a `begin` that is dropped on its way, and the connection would be handed
/// out again with the transaction still open.
async fn begin_as(pool: &PgPool, begin: &'static str, company: CompanyId) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let pool = pool.clone();
    // A uuid has nothing in it that could end the quotes.
    let statement = sqlx::AssertSqlSafe(format!("{begin}; select set_config('app.company_id', '{company}', true)"));
    tokio::spawn(async move { pool.begin_with(statement).await }).await.map_err(|_| sqlx::Error::WorkerCrashed)?
}

impl Tx {
    /// The company it is for.
    pub fn company(&self) -> CompanyId {
        self.company
    }

    /// Names the browser's change that asked for this: its echo is recognised by it.
    pub fn caused_by(&mut self, mutation: MutationId) {
        self.mutation = Some(mutation);
    }

    /// Notes an event. It is written by `commit`, after everything else.
    pub(crate) fn note(&mut self, event: Event, audience: Audience) {
        self.events.push((event, audience));
    }

    /// Commits, events last, and tells the hub. Gives the number of the last event written, if
    /// there was one.
    pub async fn commit(mut self) -> Result<Option<i64>, AppError> {
        let told = record::write(&mut self.inner, self.company, &self.actor, self.mutation, self.events).await?;
        self.inner.commit().await?;
        let last = told.last().map(|told| told.seq);
        if last.is_some() {
            self.hub.happened(self.company, told);
        }
        Ok(last)
    }
}

// Stores take `&mut PgConnection`; a transaction is one.
impl std::ops::Deref for Tx {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}
impl std::ops::DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}
