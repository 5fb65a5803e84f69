//! What every store must do. `open` opens the same data again each time.

mod meeting;

pub(crate) use meeting::*;

use std::sync::Arc;

use protocol::hash::{Hash, sha256};
use protocol::id::{LocatorId, ResourceId};
use protocol::key::PublicKey;
use protocol::relay::message::{Capabilities, FetchKey, FetchKeyChange, NewBlock, NewChain, NewEntry};
use protocol::time::Timestamp;
use relay_server::store::{Error, Outcome, Store, op};

use crate::support::{Key, any, random};

const ROOM: op::Room = op::Room {
    bytes: 1 << 30,
    items: 1000,
};

fn at(seconds: u64) -> Timestamp {
    Timestamp::new(seconds).unwrap()
}

fn person() -> PublicKey {
    Key::new().public()
}

fn once(key: PublicKey) -> op::Once {
    op::Once {
        key,
        nonce: random(),
        expires: at(1060),
    }
}

struct Chain {
    id: ResourceId,
    write: PublicKey,
    read: PublicKey,
    recover: PublicKey,
}

impl Chain {
    async fn create(store: &impl Store) -> Self {
        let chain = Self {
            id: any().into(),
            write: person(),
            read: person(),
            recover: person(),
        };
        assert_eq!(store.create_chain(chain.creation(None)).await, Ok(Outcome::Created));
        chain
    }

    fn creation(&self, token: Option<Hash>) -> op::CreateChain {
        let new = NewChain {
            write: self.write,
            read: vec![self.read],
            recover: Some(self.recover),
            public: false,
        };
        op::CreateChain {
            id: self.id,
            new,
            token,
        }
    }

    fn append(&self, label: Hash, content: &[u8]) -> op::Append {
        let block = NewBlock {
            label,
            commit: sha256(&[content]),
            block: content.into(),
            slot: Some(b"slot"[..].into()),
            body: Some(b"body"[..].into()),
            capabilities: None,
        };
        op::Append {
            chain: self.id,
            by: self.write,
            block,
            promise: content.to_vec(),
            now: at(1000),
            room: ROOM,
        }
    }

    fn reading(&self, by: PublicKey) -> op::ReadBlocks {
        op::ReadBlocks {
            chain: self.id,
            by: Some(by),
            after: None,
            limit: 100,
            max_bytes: 1 << 20,
        }
    }

    fn put(&self, by: PublicKey, content: &[u8]) -> op::PutBlob {
        let upload = op::CheckUpload {
            chain: self.id,
            by,
            address: sha256(&[content]),
            size: content.len() as u64,
            room: ROOM,
        };
        op::PutBlob {
            upload,
            content: op::Content::Inline(content.to_vec()),
        }
    }

    async fn capabilities(&self, store: &impl Store) -> Capabilities {
        store
            .capabilities(op::ReadCapabilities {
                chain: self.id,
                by: self.write,
            })
            .await
            .unwrap()
    }

    async fn replace(
        &self,
        store: &impl Store,
        by: PublicKey,
        capabilities: Capabilities,
    ) -> Result<Capabilities, Error> {
        store
            .replace_capabilities(op::ReplaceCapabilities {
                chain: self.id,
                once: once(by),
                capabilities,
            })
            .await
    }
}

pub(crate) async fn admission_is_insert_if_absent<S: Store>(open: impl Fn() -> S) {
    let store = open();
    let chain = Chain::create(&store).await;
    let label = any();
    let first = store.append(chain.append(label, b"first")).await.unwrap();
    assert_eq!(
        (first.outcome, first.answer.index, first.answer.promise.0.as_slice()),
        (Outcome::Created, 0, &b"first"[..])
    );
    let again = store
        .append(op::Append {
            promise: b"other promise".to_vec(),
            ..chain.append(label, b"first")
        })
        .await
        .unwrap();
    assert_eq!(
        (again.outcome, &again.answer),
        (Outcome::Present, &first.answer),
        "the stored promise is handed out"
    );
    let conflict = Error::Conflict {
        index: Some(0),
        label,
        commit: sha256(&[b"first"]),
    };
    assert_eq!(
        store.append(chain.append(label, b"second")).await,
        Err(conflict.clone())
    );
    let entry = NewEntry { label, commit: any() };
    let enter = op::Enter {
        chain: chain.id,
        by: chain.write,
        entry,
        promise: vec![1],
        now: at(1),
        room: ROOM,
    };
    assert_eq!(store.enter(enter).await, Err(conflict));
    assert_eq!(
        store.append(chain.append(any(), b"second")).await.unwrap().answer.index,
        1
    );
    let other = Chain::create(&store).await;
    assert_eq!(
        store.append(other.append(label, b"elsewhere")).await.unwrap().outcome,
        Outcome::Created
    );
}

pub(crate) async fn many_racers_one_winner<S: Store>(open: impl Fn() -> S) {
    let store = Arc::new(open());
    let chain = Chain::create(&*store).await;
    for _ in 0..20 {
        let label = any();
        let mut racers = tokio::task::JoinSet::new();
        for number in 0..32u8 {
            let (store, append) = (Arc::clone(&store), chain.append(label, &[number]));
            racers.spawn(async move { store.append(append).await });
        }
        let results = racers.join_all().await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert!(
            results
                .iter()
                .all(|result| matches!(result, Ok(_) | Err(Error::Conflict { .. })))
        );
    }
    let page = store.blocks(chain.reading(chain.read)).await.unwrap().blocks;
    assert_eq!(
        page.entries.iter().map(|entry| entry.index).collect::<Vec<_>>(),
        (0..20).collect::<Vec<_>>()
    );
}

pub(crate) async fn a_failed_operation_leaves_no_trace<S: Store>(open: impl Fn() -> S) {
    let store = open();
    let chain = Chain::create(&store).await;
    let label = any();
    let tight = op::Append {
        room: op::Room { bytes: 3, items: 10 },
        ..chain.append(label, b"too large")
    };
    assert_eq!(store.append(tight).await, Err(Error::Quota(3)));
    let mut wrong = chain.append(label, b"epoch");
    wrong.block.capabilities = Some(Capabilities {
        version: 9,
        ..chain.capabilities(&store).await
    });
    assert_eq!(store.append(wrong).await, Err(Error::Version(1)));
    // The label is still free, also for another commit.
    assert_eq!(store.append(chain.append(label, b"now")).await.unwrap().answer.index, 0);
    // A refused request does not use its nonce up.
    let nonce = once(chain.write);
    let erase = |span| op::Erase {
        chain: chain.id,
        once: nonce,
        span,
    };
    assert_eq!(store.erase(erase(op::Span::Body(7))).await, Err(Error::NotFound));
    assert_eq!(store.erase(erase(op::Span::Body(0))).await, Ok(()));
}

pub(crate) async fn everything_survives_reopening<S: Store>(open: impl Fn() -> S) {
    let store = open();
    let chain = Chain::create(&store).await;
    let admitted = store.append(chain.append(any(), b"kept")).await.unwrap().answer;
    store.put_blob(chain.put(chain.write, b"blob")).await.unwrap();
    let (locator, key) = (LocatorId::from(any()), person());
    store
        .put_locator(op::PutLocator {
            id: locator,
            once: once(key),
            sealed: b"sealed".to_vec(),
        })
        .await
        .unwrap();
    let before = store.blocks(chain.reading(chain.read)).await.unwrap().blocks;
    store.close(()).await.unwrap();
    assert!(matches!(
        store.append(chain.append(any(), b"late")).await,
        Err(Error::Failed(_))
    ));
    drop(store);
    let store = open();
    let after = store.blocks(chain.reading(chain.read)).await.unwrap().blocks;
    assert_eq!(
        (after.entries.as_slice(), after.entries[0].promise.clone()),
        (before.entries.as_slice(), admitted.promise)
    );
    let blob = store
        .blob(op::ReadBlob {
            chain: chain.id,
            by: Some(chain.read),
            address: sha256(&[b"blob"]),
        })
        .await
        .unwrap();
    assert_eq!((blob.size, blob.content), (4, op::Content::Inline(b"blob".to_vec())));
    assert_eq!(store.locator(locator).await.unwrap(), b"sealed");
}

pub(crate) async fn nonces_are_used_once<S: Store>(open: impl Fn() -> S) {
    let store = open();
    let chain = Chain::create(&store).await;
    store.append(chain.append(any(), b"x")).await.unwrap();
    let nonce = once(chain.write);
    let erase = op::Erase {
        chain: chain.id,
        once: nonce,
        span: op::Span::Body(0),
    };
    assert_eq!(store.erase(erase).await, Ok(()));
    assert_eq!(store.erase(erase).await, Err(Error::Replayed));
    // Remembered until the signature ends, forgotten afterwards.
    let expire = |now| op::Expire {
        now: at(now),
        envelope_time: 100,
    };
    assert_eq!(store.expire(expire(1060)).await.unwrap().nonces, 0);
    assert_eq!(store.erase(erase).await, Err(Error::Replayed));
    assert_eq!(store.expire(expire(1061)).await.unwrap().nonces, 1);
}

pub(crate) async fn roles_are_decided_inside<S: Store>(open: impl Fn() -> S) {
    let store = open();
    let chain = Chain::create(&store).await;
    let (grantee, doctor, stranger) = (person(), person(), person());
    let mut capabilities = chain.capabilities(&store).await;
    capabilities.grantee = Some(grantee);
    capabilities.fetch = vec![FetchKey {
        key: doctor,
        upload: 10,
    }];
    let mut capabilities = chain.replace(&store, chain.write, capabilities).await.unwrap();
    let may_append = async |by| {
        store
            .append(op::Append {
                by,
                ..chain.append(any(), b"x")
            })
            .await
            .is_ok()
    };
    let may_read = async |by| store.blocks(chain.reading(by)).await.is_ok();
    let may_put = async |by| store.put_blob(chain.put(by, b"tiny")).await.is_ok();
    for (key, append, read, put) in [
        (chain.write, true, true, true),
        (chain.read, false, true, false),
        (chain.recover, false, true, false),
        (doctor, false, true, true),
        (grantee, false, false, false),
        (stranger, false, false, false),
    ] {
        assert_eq!(
            (may_append(key).await, may_read(key).await, may_put(key).await),
            (append, read, put)
        );
    }
    capabilities.paused = true;
    chain.replace(&store, chain.write, capabilities).await.unwrap();
    assert_eq!(
        (
            may_read(doctor).await,
            may_put(doctor).await,
            may_read(chain.read).await
        ),
        (false, false, true)
    );
    let nothing = op::ReadBlocks {
        by: None,
        ..chain.reading(stranger)
    };
    assert_eq!(store.blocks(nothing).await.map(|_| ()), Err(Error::NotFound));
}

pub(crate) async fn capabilities_compare_and_swap<S: Store>(open: impl Fn() -> S) {
    let store = open();
    let chain = Chain::create(&store).await;
    let first = chain.capabilities(&store).await;
    assert_eq!(first.version, 1);
    assert_eq!(
        chain.replace(&store, chain.write, first.clone()).await.unwrap().version,
        2
    );
    assert_eq!(
        chain.replace(&store, chain.write, first.clone()).await,
        Err(Error::Version(2))
    );
    let stolen = Capabilities {
        version: 2,
        recover: Some(person()),
        ..first.clone()
    };
    assert_eq!(
        chain.replace(&store, chain.write, stolen.clone()).await,
        Err(Error::NotFound)
    );
    assert_eq!(chain.replace(&store, chain.recover, stolen).await.unwrap().version, 3);
    let none = Chain {
        id: any().into(),
        ..Chain::create(&store).await
    };
    let new = NewChain {
        write: none.write,
        read: vec![],
        recover: None,
        public: false,
    };
    store
        .create_chain(op::CreateChain {
            id: none.id,
            new,
            token: None,
        })
        .await
        .unwrap();
    let set = Capabilities {
        recover: Some(person()),
        ..none.capabilities(&store).await
    };
    assert_eq!(
        none.replace(&store, none.write, set).await,
        Err(Error::NotFound),
        "a chain without recover gets none later"
    );
    let grantee = person();
    let granted = Capabilities {
        version: 3,
        grantee: Some(grantee),
        recover: None,
        ..first
    };
    assert_eq!(chain.replace(&store, chain.write, granted).await, Err(Error::NotFound));
    let change = FetchKeyChange {
        add: vec![person()],
        remove: vec![],
    };
    let change = op::ChangeFetchKeys {
        chain: chain.id,
        once: once(grantee),
        change,
        max_keys: 5,
    };
    assert_eq!(store.change_fetch_keys(change).await, Err(Error::NotFound));
}

pub(crate) async fn deletion_frees_files_and_room<S: Store>(open: impl Fn() -> S) {
    let store = open();
    let chain = Chain::create(&store).await;
    let file = |name: &str, content: &[u8]| op::PutBlob {
        content: op::Content::File(name.to_owned()),
        ..chain.put(chain.write, content)
    };
    store.put_blob(file("one", b"1")).await.unwrap();
    store.put_blob(file("two", b"22")).await.unwrap();
    assert_eq!(store.put_blob(file("again", b"22")).await, Ok(Outcome::Present));
    let names = ["one", "two", "again"].map(str::to_owned).to_vec();
    assert_eq!(store.orphans(names.clone()).await.unwrap(), ["again"]);
    let delete = op::DeleteBlob {
        chain: chain.id,
        once: once(chain.write),
        address: sha256(&[b"1"]),
    };
    assert_eq!(store.delete_blob(delete).await, Ok(Some("one".to_owned())));
    store.append(chain.append(any(), b"block")).await.unwrap();
    assert_eq!(store.usage(()).await.unwrap().chain_bytes, 2 + 5 + 4 + 4);
    let erase = |span| op::Erase {
        chain: chain.id,
        once: once(chain.write),
        span,
    };
    store.erase(erase(op::Span::Body(0))).await.unwrap();
    assert_eq!(store.usage(()).await.unwrap().chain_bytes, 2 + 5);
    store.erase(erase(op::Span::Through(0))).await.unwrap();
    assert_eq!(store.usage(()).await.unwrap().chain_bytes, 2);
    let gone = store
        .delete_chain(op::DeleteChain {
            chain: chain.id,
            once: once(chain.write),
        })
        .await
        .unwrap();
    assert_eq!(gone, ["two"]);
    assert_eq!(store.orphans(names).await.unwrap().len(), 3);
    assert_eq!(store.create_chain(chain.creation(None)).await, Err(Error::Exists));
    let usage = store.usage(()).await.unwrap();
    assert_eq!(
        (usage.entries, usage.chains, usage.chain_bytes),
        (1, 0, 0),
        "the map keeps its entry"
    );
}
