//! Prepared mail drafts: read back as a mail program reads them, by Python's `email` package, which is nobody's of ours.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use harness::Program;
use serde_json::Value;

use crate::appliance::{Appliance, Kind};
use crate::link::Link;
use crate::nothing_secret::{absent, dump, hexed, search};
use crate::people::{PASSWORD, text};

on_both_databases! {
    a_draft_hands_over_the_link_alone_to_one_recipient_and_opens_what_was_shared
    a_draft_by_hand_never_holds_the_token
    a_draft_is_written_in_the_shares_language_whatever_its_owner_is_called
    no_draft_is_left_where_nothing_was_shared
}

/// What a mail program makes of a file: every header in its order, the text, what is faulty, and how its lines are made.
const READ: &str = r#"
import email, email.header, email.policy, email.utils, json, sys
raw = open(sys.argv[1], "rb").read()
message = email.message_from_bytes(raw, policy=email.policy.SMTP)
# Some versions of the newer parser put a space between two encoded words of a name (RFC 2047, section 6.2); the older one reads it right.
plain = email.message_from_bytes(raw, policy=email.policy.compat32)
name = lambda header: str(email.header.make_header(email.header.decode_header(email.utils.parseaddr(plain[header])[0])))
address = lambda header: [[name(header), one.addr_spec] for one in message[header].addresses]
print(json.dumps({
    "names": message.keys(),
    "unsent": message["X-Unsent"],
    "subject": str(message["Subject"]),
    "from": address("From"),
    "to": address("To"),
    "date": message["Date"].datetime.isoformat(),
    "type": message.get_content_type(),
    "charset": message.get_content_charset(),
    "multipart": message.is_multipart(),
    "faults": [str(fault) for part in message.walk() for fault in part.defects]
        + [str(fault) for name in message.keys() for fault in message[name].defects],
    "text": message.get_content().replace("\r\n", "\n"),
    "ascii": raw.isascii(),
    "bare": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
    "longest": max(len(line) for line in raw.split(b"\r\n")),
}))
"#;

/// A draft as a mail program reads it; what is true of every draft is checked here.
fn read(path: &Path) -> Value {
    let read = Program::named("python3").args(["-c", READ]).arg(path).finish();
    assert!(read.success(), "{}", read.stderr);
    let draft: Value = serde_json::from_str(&read.stdout).unwrap();
    let names = ["X-Unsent", "Date", "From", "To", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"];
    assert_eq!(draft["names"], serde_json::json!(names));
    assert_eq!((&draft["unsent"], &draft["type"], &draft["charset"]), (&"1".into(), &"text/plain".into(), &"utf-8".into()));
    assert!(draft["faults"].as_array().unwrap().is_empty() && draft["multipart"] == false, "{draft}");
    assert!(draft["ascii"] == true && draft["bare"] == 0 && draft["longest"].as_u64().unwrap() <= 78, "{draft}");
    assert_eq!((draft["from"].as_array().unwrap().len(), draft["to"].as_array().unwrap().len()), (1, 1));
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    draft
}

fn folder(appliance: &Appliance) -> String {
    let folder = appliance.folder().join("drafts");
    fs::create_dir(&folder).unwrap();
    folder.to_str().unwrap().to_owned()
}

fn drafts(folder: &str) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn a_draft_hands_over_the_link_alone_to_one_recipient_and_opens_what_was_shared(kind: Kind) {
    let appliance = Appliance::prepared(kind);
    let (ada, folder) = (appliance.ada(), folder(&appliance));
    let recipients = ["bob@example.org", "o'brien+x/y@example.org"];
    let share = ["share", "create", "Staging", "--to", recipients[0], "--to", recipients[1], "--draft", &folder, "--label", "Pylons"];
    let told = ada.json(&share, &[]);
    assert_eq!(drafts(&folder).len(), 2);
    let links: Vec<Link> = told["links"].as_array().unwrap().iter().map(Link::of).collect();
    let mut tokens = Vec::new();
    for (at, recipient) in recipients.iter().enumerate() {
        let (path, token) = (text(&told, &format!("/links/{at}/draft")), appliance.mail().wait_for_token(recipient));
        assert!(path.starts_with(&folder) && path.ends_with(".eml"), "{path}");
        let draft = read(Path::new(&path));
        assert_eq!(draft["to"][0][1], *recipient);
        assert_eq!((text(&draft, "/from/0/0"), text(&draft, "/from/0/1")), ("ada Example".to_owned(), ada.email()));
        let said = text(&draft, "/text");
        // On a line of its own, whole: it is what the recipient opens.
        assert_eq!(said.lines().filter(|line| *line == links[at].url).count(), 1, "{said}");
        assert_eq!(said.matches("https://").count(), 1, "{said}");
        assert!(said.contains("separate message") && said.contains("only inside our company's network") && said.contains("viewed: once"));
        assert!(said.ends_with("ada Example\n") && text(&draft, "/subject").ends_with(&links[at].id[28..]), "{draft}");
        assert!(!draft.to_string().contains("Staging") && !draft.to_string().contains("Pylons"), "{draft}");
        tokens.push(token);
    }
    for path in drafts(&folder) {
        let raw = fs::read_to_string(Path::new(&folder).join(path)).unwrap().replace("=\r\n", "");
        assert!(tokens.iter().all(|token| !raw.contains(token.as_str())), "{raw}");
        assert_eq!(links.iter().filter(|link| raw.contains(link.fragment())).count(), 1, "one link and nobody else's: {raw}");
    }
    let secrets: Vec<_> = links
        .iter()
        .flat_map(|link| [link.fragment().as_bytes().to_vec(), link.secret().to_vec()])
        .map(|s| ("a link's secret".into(), s))
        .collect();
    search(&appliance.state(), &secrets);
    search(&appliance.mail().0, &secrets);
    absent("the log", appliance.said().as_bytes(), &secrets);
    if let Some(database) = &appliance.database {
        absent("the database", &dump(database), &[hexed(&secrets), secrets].concat());
    }
    appliance.recipient("bob").see(&links[0].with_token(&tokens[0]));

    let said =
        ada.run(&["share", "create", "Staging", "--to", "bob@example.org", "--draft", &folder, "--starts", "1h", "--views", "3"], &[]);
    assert!(
        said.code == 0 && said.stdout.contains("  draft: ") && said.stderr.contains("delete the file"),
        "{}{}",
        said.stdout,
        said.stderr
    );
}

fn a_draft_by_hand_never_holds_the_token(kind: Kind) {
    let appliance = Appliance::with(kind, "[policy]\nlinks_without_token = true\n");
    let folder = folder(&appliance);
    let draft = |more: &str, words: &str| {
        let share = ["share", "create", "Staging", "--to", "bob@example.org", "--draft", &folder, more];
        let told = appliance.ada().json(&share, &[]);
        let (link, path) = (Link::of(&told["links"][0]), text(&told, "/links/0/draft"));
        let read = read(Path::new(&path));
        assert!(text(&read, "/text").contains(&link.url) && text(&read, "/text").contains(words), "{read}");
        let raw = fs::read_to_string(path).unwrap();
        for token in link.token.iter().flat_map(|token| [token.clone(), token.replace('-', ""), token[..9].to_owned()]) {
            assert!(!raw.contains(&token) && !read.to_string().contains(&token), "{read}");
        }
        link
    };
    let link = draft("--by-hand", "I will give it to you another way.");
    assert!(link.token.is_some());
    appliance.recipient("bob").see(&link);
    let bare = draft("--no-token", "whoever has this link can open it");
    assert!(bare.token.is_none());
    appliance.recipient("bob").see(&bare);
}

fn a_draft_is_written_in_the_shares_language_whatever_its_owner_is_called(kind: Kind) {
    let appliance = Appliance::with(kind, "[mail]\nlanguage = \"es\"\n");
    let (operator, folder) = (appliance.operator(), folder(&appliance));
    let name = "Zoë \"Q\" Łukasiewicz <eve@example.org>, (Ωμέγα); Bcc: x@example.org 😀";
    let zoe = appliance.owner("zoe");
    let invited = operator.json(&["user", "invite", "zoe", "--full-name", name, "--email", &zoe.email(), "--external"]);
    zoe.register(&text(&invited, "/invitation"));
    zoe.sign_in(PASSWORD);
    zoe.json(&["item", "add", "note"], &["Wi-Fi", "the key"]);
    for (more, subject, words) in [
        (&[][..], "Algo confidencial para usted, enlace ", "aparte, enviado por Postern"),
        (&["--language", "pt-BR"], "Algo confidencial para você, link ", "separada, enviada pelo Postern"),
        (&["--language", "en"], "Something confidential for you, link ", "separate message"),
    ] {
        let share = ["share", "create", "Wi-Fi", "--to", "bob@example.org", "--draft", &folder];
        let told = zoe.json(&[&share[..], more].concat(), &[]);
        let draft = read(Path::new(&text(&told, "/links/0/draft")));
        assert!(text(&draft, "/subject").starts_with(subject) && text(&draft, "/text").contains(words), "{draft}");
        assert_eq!(draft["from"][0], serde_json::json!([name, zoe.email()]));
        assert_eq!(draft["to"][0][1], "bob@example.org");
        assert!(text(&draft, "/text").ends_with(&format!("{name}\n")), "{draft}");
    }
}

fn no_draft_is_left_where_nothing_was_shared(kind: Kind) {
    let appliance = Appliance::with(kind, "[policy]\nrelay_both = true\n");
    let (ada, folder) = (appliance.ada(), folder(&appliance));
    let share = ["share", "create", "Staging", "--to", "bob@example.org", "--draft"];
    let shares = || ada.json(&["share", "list"], &[])["shares"].as_array().unwrap().len();
    // The appliance refuses it: links without a token are not allowed.
    assert_eq!(ada.refused(&[&share[..], &[&folder, "--no-token"]].concat(), &[]).0, 1);
    let relayed = ada.run(&[&share[..], &[&folder, "--deliver", "relay-both", "--yes"]].concat(), &[]);
    assert!(relayed.code == 2 && relayed.stderr.contains("--draft"), "{}", relayed.stderr);
    // A folder that isn't there, or is none, is found out before anything is shared.
    let file = appliance.folder().join("no-folder");
    fs::write(&file, "").unwrap();
    for wrong in [&format!("{folder}/missing"), file.to_str().unwrap()] {
        let failed = ada.run(&[&share[..], &[wrong]].concat(), &[]);
        assert!(failed.code == 6 && failed.stdout.is_empty() && failed.stderr.contains(wrong), "{}", failed.stderr);
    }
    assert_eq!((drafts(&folder).len(), shares()), (0, 0));
    assert!(appliance.mail().all().is_empty());
}
