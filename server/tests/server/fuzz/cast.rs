//! Who sends: some of the demo's people, who stay able to whatever is done to them meanwhile, and somebody signed out.

use domain::{actor::Actor, ids::PersonId};
use engine::{
    person::{self, Profile},
    request::Form,
};
use rand::{RngExt as _, rngs::StdRng};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{http::App, invariants};

const NAMES: [&str; 10] = [
    "sam", "mia", "fay", "carla", "pat", "ada", "vik", "tess", "dora", "aud",
];

struct Member {
    actor: Actor,
    profile: Profile,
    cookie: String,
}

pub struct Cast(Vec<Member>);

impl Cast {
    /// All of them signed in; their sessions are kept aside.
    pub async fn of(app: &App) -> Self {
        let mut members = Vec::new();
        for name in NAMES {
            let actor = engine::demo::actor(&app.engine, name).await.unwrap();
            let person = person::get(&app.engine, actor.id).await.unwrap().unwrap();
            let profile = Profile {
                name: person.name,
                email: person.email,
                roles: person.roles,
                manager: person.manager.map(|(id, _)| id),
                department: person.department.map(|(id, _)| id),
                time_zone: person.time_zone,
                phone: person.phone.unwrap_or_default(),
            };
            members.push(Member {
                actor,
                profile,
                cookie: app.sign_in(name).await,
            });
        }
        run(
            app.engine.pool(),
            "CREATE TABLE kept_sessions AS SELECT * FROM sessions",
        )
        .await;
        Self(members)
    }

    /// The cookie of one of them; nobody's, now and then.
    pub fn anybody(&self, random: &mut StdRng) -> Option<&str> {
        let one = random.random_range(0..=self.0.len() * 2);
        self.0.get(one / 2).map(|member| &*member.cookie)
    }

    /// The cookie of the one of that name or number.
    pub fn cookie_of(&self, by: &str) -> Option<&str> {
        let named = |member: &&Member| {
            member.actor.id.to_string() == by || member.profile.email == format!("{by}@example.com")
        };
        self.0.iter().find(named).map(|member| &*member.cookie)
    }

    /// Everybody as before: active, in their offices, signed in. By the services, so that the history says so.
    pub async fn restore(&self, app: &App) {
        for member in &self.0 {
            let by = self.another_administrator(member.actor.id);
            let engine = &app.engine;
            // Refused where there is nothing to restore, or not yet anybody else to hand it to.
            let _ = person::reactivate(engine, &by, form(app, member).await, member.actor.id).await;
            let (form, id) = (form(app, member).await, member.actor.id);
            let _ = person::update(engine, &by, form, id, &member.profile).await;
        }
        run(
            app.engine.pool(),
            "INSERT INTO sessions SELECT k.id_hash, k.person_id, jsonb_set(k.data, '{credential}', to_jsonb(p.credential_version)),
                 k.created_at, k.expires_at FROM kept_sessions k JOIN people p ON p.id = k.person_id
             ON CONFLICT ON CONSTRAINT sessions_pk DO UPDATE SET data = excluded.data",
        )
        .await;
    }

    /// The administrator as they began, under another's number where it is about themselves.
    fn another_administrator(&self, about: PersonId) -> Actor {
        let find = |name: &str| self.0.iter().find(|m| m.profile.email.starts_with(name));
        let mut ada = find("ada@").unwrap().actor.clone();
        if ada.id == about {
            ada.id = find("carla@").unwrap().actor.id;
        }
        ada
    }
}

async fn form(app: &App, member: &Member) -> Form {
    let person = person::get(&app.engine, member.actor.id).await.unwrap();
    Form {
        request_id: Uuid::new_v4(),
        version: person.unwrap().version,
    }
}

async fn run(pool: &PgPool, sql: &str) {
    invariants::run(&mut pool.acquire().await.unwrap(), sql).await;
}
