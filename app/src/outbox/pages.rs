//! The list of mails and text messages, and one of them as it is sent.

use domain::{actor::Actor, notification::Way};
use engine::{
    attachment,
    list::Query,
    mail::{self, Delivery, Mailed, State, address},
};
use jiff::tz::TimeZone;
use leptos::{prelude::*, server_fn::ServerFn};

use super::actions::SendMailAgain;
use crate::{
    form::PostForm,
    list::{Face, Shown, file_time, listed},
    page::page,
    ui::{
        Cell, Column, DescriptionItem, DescriptionList, EmptyState, LinkCell, Notice, NoticeKind,
        PageHeader, ReaderTime, Section, StateBadge, StateTag, SubmitButton, TableRow, Timestamp,
        Tone,
    },
};

/// `/admin/outbox?state=failed`.
#[component]
pub fn OutboxPage() -> impl IntoView {
    page(async |context| {
        let failed = mail::failed(context.engine()).await?;
        let list = listed::<Delivery>(&context).await?;
        let failed = (failed > 0).then(|| {
            let text = match failed {
                1 => "1 message could not be delivered.".to_owned(),
                ..100 => format!("{failed} messages could not be delivered."),
                _ => "100 messages or more could not be delivered.".to_owned(),
            };
            view! { <Notice text=text kind=NoticeKind::Error><a href="/admin/outbox?state=failed">"Show them"</a></Notice> }
        });
        Ok(view! { <PageHeader title="Outbox"/>{failed}{list} }.into_any())
    })
}

const fn tone(state: State) -> Tone {
    match state {
        State::Pending => Tone::Waiting,
        State::Outbox => Tone::Neutral,
        State::Sent => Tone::Good,
        State::Failed => Tone::Bad,
    }
}

static FACE: Face = Face {
    caption: "Messages",
    noun: ("message", "messages"),
    in_words: |_, word| {
        let state = State::parse(word).map(State::label);
        let label = state.or_else(|| Way::parse(word).map(Way::label));
        label.unwrap_or(word).to_owned()
    },
    head: &[
        "Written", "Way", "To", "Subject", "State", "Attempts", "Answer",
    ],
};

impl Shown for Delivery {
    fn face() -> &'static Face {
        &FACE
    }

    fn columns() -> Vec<(Column, Option<&'static str>)> {
        vec![
            (Column::text("Subject"), None),
            (Column::text("To"), None),
            (Column::text("Way"), None),
            (Column::text("State"), None),
            (Column::text("Answer"), None),
            (Column::text("Written"), Some("at")),
        ]
    }

    fn row(self, time: &ReaderTime) -> AnyView {
        let at = time.moment(self.at);
        let (label, tone) = (self.state.label(), tone(self.state));
        view! {
            <TableRow>
                <LinkCell label="Subject" href=address(self.id)>{self.headline}</LinkCell>
                <Cell label="To">{self.person.unwrap_or(self.address)}</Cell>
                <Cell label="Way">{self.way.label()}</Cell>
                <Cell label="State"><StateTag label=label tone=tone/></Cell>
                <Cell label="Answer">{self.answer.unwrap_or_else(|| "—".to_owned())}</Cell>
                <Cell label="Written"><Timestamp at=at/></Cell>
            </TableRow>
        }
        .into_any()
    }

    fn record(self, zone: &TimeZone) -> Vec<String> {
        vec![
            file_time(self.at, zone),
            self.way.label().to_owned(),
            self.address,
            self.headline,
            self.state.label().to_owned(),
            self.attempts.to_string(),
            self.answer.unwrap_or_default(),
        ]
    }

    fn empty(_: &Query, _: &Actor) -> AnyView {
        let text = "Every mail and text message that is sent, or would be, is listed here.";
        view! { <EmptyState title="No messages yet." text=text/> }.into_any()
    }
}

/// `/admin/outbox/{id}`.
#[component]
pub fn MailPage() -> impl IntoView {
    page(async |context| {
        let letter = mail::get(context.engine(), context.id()?).await?;
        let delivery = &letter.delivery;
        let (id, state) = (delivery.id, delivery.state);
        let again = state.can_be_sent_again().then(|| {
            view! {
                <PostForm action=SendMailAgain::PATH>
                    <input type="hidden" name="id" value=id/>
                    <SubmitButton label="Send again"/>
                </PostForm>
            }
        });
        let facts = facts(&letter, &context.time);
        let title = delivery.headline.clone();
        Ok(view! {
            <PageHeader title=title back=("/admin/outbox", "Outbox")>
                <StateBadge label=state.label() tone=tone(state)/>
                {again}
            </PageHeader>
            <DescriptionList items=facts/>
            {said(letter)}
        }
        .into_any())
    })
}

fn facts(letter: &Mailed, time: &ReaderTime) -> Vec<DescriptionItem> {
    let delivery = &letter.delivery;
    let to = match &delivery.person {
        Some(name) => format!("{name} <{}>", delivery.address),
        None => delivery.address.clone(),
    };
    let moment = |at| {
        let at = time.moment(at);
        view! { <Timestamp at=at/> }.into_any()
    };
    let mut facts = vec![
        DescriptionItem::new("To", to),
        DescriptionItem::new("Way", delivery.way.label()),
        DescriptionItem::new("Written", moment(delivery.at)),
        DescriptionItem::new("Attempts", delivery.attempts.to_string()),
    ];
    facts.extend(
        letter
            .tried_at
            .map(|at| DescriptionItem::new("Last tried", moment(at))),
    );
    let answer = delivery.answer.clone();
    facts.extend(answer.map(|said| DescriptionItem::new("The server's answer", said)));
    if delivery.way == Way::Email {
        facts.push(DescriptionItem::new("Message-ID", letter.token.to_string()));
    }
    let file = letter.attachment.clone();
    facts.extend(file.map(|(id, name)| {
        let href = attachment::address(id);
        DescriptionItem::new("Attachment", view! { <a href=href>{name}</a> }.into_any())
    }));
    let thread = letter.thread.clone();
    facts.extend(thread.map(|thread| DescriptionItem::new("Thread", thread)));
    facts
}

/// Both parts as they are sent; links of the text can be followed.
fn said(letter: Mailed) -> AnyView {
    let Some(text) = letter.text else {
        return view! { <p class="form-says">"What it said was forgotten when it was sent."</p> }
            .into_any();
    };
    let lines = text
        .lines()
        .map(|line| {
            if line.starts_with("http://") || line.starts_with("https://") {
                let (href, line) = (line.to_owned(), line.to_owned());
                view! { <a href=href>{line}</a>"\n" }.into_any()
            } else {
                format!("{line}\n").into_any()
            }
        })
        .collect_view();
    view! {
        <Section title="Text"><pre class="mail" tabindex="0" aria-label="Message as text">{lines}</pre></Section>
        {letter.html.map(|html| view! {
            <Section title="HTML"><pre class="mail" tabindex="0" aria-label="Message as HTML">{html}</pre></Section>
        })}
    }
    .into_any()
}
