//! RFC vector, round trip, and every header bent in every way.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use ed25519_dalek::{Signer as _, SigningKey};

use super::{Error, LIFETIME, Request, Unverified, base, sign};
use crate::key::{PublicKey, Signature, Signer};
use crate::time::Timestamp;

struct Key(SigningKey);

impl Signer for Key {
    fn public_key(&self) -> PublicKey {
        PublicKey::new(self.0.verifying_key().to_bytes()).unwrap()
    }
    fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}

type Headers = Vec<(&'static str, String)>;

const BODY: &[u8] = b"{\"claim\":\"AA\"}";

fn key() -> Key {
    Key(SigningKey::from_bytes(&[7; 32]))
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::new(seconds).unwrap()
}

fn request() -> Request<'static> {
    Request::new("POST", "relay.example:8443", "/v1/chains/ab/blocks", "after=4&wait=25").with_body(BODY)
}

fn signed() -> Headers {
    sign(&request(), at(1_000_000), [5; 16], &key())
}

fn parse(headers: &Headers) -> Result<Unverified, Error> {
    Unverified::parse(headers.iter().map(|(name, value)| (*name, value.as_str())))
}

fn with(name: &str, change: impl Fn(&str) -> String) -> Headers {
    signed()
        .into_iter()
        .map(|(n, value)| if n == name { (n, change(&value)) } else { (n, value) })
        .collect()
}

/// RFC 9421 B.2.6 through the same base-string code.
#[test]
fn rfc_9421_b_2_6() {
    let secret: [u8; 32] = Base64UrlUnpadded::decode_vec("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU")
        .unwrap()
        .try_into()
        .unwrap();
    let public: [u8; 32] = Base64UrlUnpadded::decode_vec("JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs")
        .unwrap()
        .try_into()
        .unwrap();
    let key = Key(SigningKey::from_bytes(&secret));
    assert_eq!(key.public_key().as_bytes(), &public);
    let components = [
        ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("@method", "POST"),
        ("@path", "/foo"),
        ("@authority", "example.com"),
        ("content-type", "application/json"),
        ("content-length", "18"),
    ];
    let parameters = "(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")\
                      ;created=1618884473;keyid=\"test-key-ed25519\"";
    let text = base::build(&components, parameters);
    assert!(text.starts_with("\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n"));
    assert!(!text.ends_with('\n'));
    let signature = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
    assert_eq!(Base64::encode_string(&Signer::sign(&key, text.as_bytes()).0), signature);
    let bytes: [u8; 64] = Base64::decode_vec(signature).unwrap().try_into().unwrap();
    key.public_key().verify(text.as_bytes(), &Signature(bytes)).unwrap();
}

#[test]
fn what_is_signed_is_accepted() {
    let accepted = parse(&signed()).unwrap().verify(&request(), at(1_000_010), 30).unwrap();
    assert_eq!((accepted.key, accepted.nonce), (key().public_key(), [5; 16]));
    assert_eq!((accepted.created, accepted.expires), (at(1_000_000), at(1_000_060)));

    let bare = Request::new("GET", "relay.example", "/v1/relay", "");
    let headers = sign(&bare, at(5), [0; 16], &key());
    assert_eq!(headers.len(), 2);
    parse(&headers).unwrap().verify(&bare, at(5), 30).unwrap();
}

#[test]
fn the_wire_form_is_fixed() {
    let headers = signed();
    assert_eq!(
        headers[0].1,
        format!(
            "sha-256=:{}:",
            Base64::encode_string(crate::hash::sha256(&[BODY]).as_bytes())
        )
    );
    assert_eq!(
        headers[1].1,
        "s=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\");created=1000000;expires=1000060;\
         nonce=\"BQUFBQUFBQUFBQUFBQUFBQ\";keyid=\"6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw\";alg=\"ed25519\";tag=\"satchel-relay-v1\""
    );
}

#[test]
fn another_request_is_refused() {
    let unverified = parse(&signed()).unwrap();
    let digest = unverified.digest().unwrap();
    let refused = |request: Request<'_>| unverified.verify(&request, at(1_000_000), 30).unwrap_err();
    let (method, authority, path, query) = ("POST", "relay.example:8443", "/v1/chains/ab/blocks", "after=4&wait=25");
    for (m, a, p, q) in [
        ("PUT", authority, path, query),
        (method, "relay.example", path, query),
        (method, "evil.example:8443", path, query),
        (method, authority, "/v1/chains/ac/blocks", query),
        (method, authority, path, "after=5&wait=25"),
        (method, authority, path, ""),
    ] {
        assert_eq!(refused(Request::new(m, a, p, q).with_digest(digest)), Error::Signature);
    }
    assert_eq!(refused(request().with_body(b"{\"claim\":\"AQ\"}")), Error::Content);
    assert_eq!(refused(Request::new(method, authority, path, query)), Error::Content);
}

#[test]
fn time_bounds() {
    let unverified = parse(&signed()).unwrap();
    let at_time = |now| unverified.verify(&request(), at(now), 30).map(|_| ());
    assert_eq!(at_time(1_000_000 - 30), Ok(()));
    assert_eq!(at_time(1_000_000 - 31), Err(Error::Clock));
    assert_eq!(at_time(1_000_000 + LIFETIME), Ok(()));
    assert_eq!(at_time(1_000_000 + LIFETIME + 1), Err(Error::Clock));
}

#[test]
fn bent_signature_input_is_refused() {
    let bends: &[(&str, &str)] = &[
        ("s=(", "t=("),
        ("s=(", " s=("),
        ("\"@method\" \"@authority\"", "\"@authority\" \"@method\""),
        (" \"@query\"", ""),
        (" \"content-digest\"", ""),
        (" \"content-digest\"", " \"content-digest\" \"content-type\""),
        ("\"@path\"", "\"@path\" \"@path\""),
        ("created=1000000", "created=01000000"),
        ("created=1000000", "created=+1000000"),
        ("created=1000000", "created=-1"),
        ("created=1000000", "created=1000001"),
        ("created=1000000", "created=18446744073709551615"),
        ("expires=1000060", "expires=1000061"),
        (";expires=1000060", ""),
        (";created=1000000;expires=1000060", ";expires=1000060;created=1000000"),
        ("BQUFBQUFBQUFBQUFBQUFBQ", "BQUFBQUFBQUFBQUFBQUFBR"),
        ("BQUFBQUFBQUFBQUFBQUFBQ", "BQUFBQUFBQUFBQUFBQUFBQ=="),
        ("BQUFBQUFBQUFBQUFBQUFBQ", "BQUF"),
        ("nonce=", "Nonce="),
        ("alg=\"ed25519\"", "alg=\"hmac-sha256\""),
        ("alg=\"ed25519\"", "alg=ed25519"),
        (";alg=\"ed25519\"", ""),
        ("satchel-relay-v1", "satchel-relay-v2"),
        (";tag=\"satchel-relay-v1\"", ""),
        (";tag=\"satchel-relay-v1\"", ";tag=\"satchel-relay-v1\";x=1"),
        (
            ";tag=\"satchel-relay-v1\"",
            ";tag=\"satchel-relay-v1\";tag=\"satchel-relay-v1\"",
        ),
        (
            ";tag=\"satchel-relay-v1\"",
            ";tag=\"satchel-relay-v1\", t=(\"@method\")",
        ),
        (";created", "; created"),
    ];
    for (from, to) in bends {
        let headers = with("signature-input", |value| {
            assert!(value.contains(from), "{from}");
            value.replacen(from, to, 1)
        });
        assert_eq!(parse(&headers).map(|_| ()), Err(Error::Malformed), "{from} -> {to}");
    }
    let long = with("signature-input", |value| format!("{value}{}", " ".repeat(1000)));
    assert_eq!(parse(&long).map(|_| ()), Err(Error::Malformed));
}

#[test]
fn bent_signature_and_digest_are_refused() {
    for bend in ["", "s=", "s=::", "s=:AAAA:", "s=:AAAA", "t=:AAAA:"] {
        assert_eq!(
            parse(&with("signature", |_| bend.to_owned())).map(|_| ()),
            Err(Error::Malformed),
            "{bend}"
        );
    }
    assert_eq!(
        parse(&with("signature", |value| format!("{value}, {value}"))).map(|_| ()),
        Err(Error::Malformed)
    );
    for bend in ["", "sha-256=::", "sha-512=:AAAA:", "md5=:AAAA:"] {
        assert_eq!(
            parse(&with("content-digest", |_| bend.to_owned())).map(|_| ()),
            Err(Error::Malformed),
            "{bend}"
        );
    }
    let flipped = with("signature", |value| {
        if value.as_bytes()[4] == b'A' {
            value.replacen('A', "B", 1)
        } else {
            value.replacen(&value[4..5], "A", 1)
        }
    });
    assert_eq!(
        parse(&flipped).unwrap().verify(&request(), at(1_000_000), 30),
        Err(Error::Signature)
    );
}

#[test]
fn doubled_or_missing_headers_are_refused() {
    for name in ["signature-input", "signature", "content-digest"] {
        let mut doubled = signed();
        let copy = doubled.iter().find(|(n, _)| *n == name).unwrap().clone();
        doubled.push(copy);
        assert_eq!(parse(&doubled).map(|_| ()), Err(Error::Malformed));
        let missing: Headers = signed().into_iter().filter(|(n, _)| *n != name).collect();
        assert_eq!(parse(&missing).map(|_| ()), Err(Error::Malformed), "{name}");
    }
    assert_eq!(
        parse(&vec![("accept", "*/*".to_owned())]).map(|_| ()),
        Err(Error::Missing)
    );
}

#[test]
fn weak_and_foreign_keys_are_refused() {
    let own = Base64UrlUnpadded::encode_string(key().public_key().as_bytes());
    let mut weak = [0u8; 32];
    weak[0] = 1;
    let weak = with("signature-input", |value| {
        value.replace(&own, &Base64UrlUnpadded::encode_string(&weak))
    });
    assert_eq!(parse(&weak).map(|_| ()), Err(Error::Key));
    let other = Key(SigningKey::from_bytes(&[8; 32])).public_key();
    let other = with("signature-input", |value| {
        value.replace(&own, &Base64UrlUnpadded::encode_string(other.as_bytes()))
    });
    assert_eq!(
        parse(&other).unwrap().verify(&request(), at(1_000_000), 30),
        Err(Error::Signature)
    );
}
