//! The shipped transport between one person and the relay: it keeps what passes, and lies when told to.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use base64ct::{Base64UrlUnpadded, Encoding};
use cli::{Http, Response, Transport};
use serde_json::Value;
use vault::facade::Request;

/// A request and its true answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What was sent.
    pub request: Request,
    /// What the relay answered; none when it was not reached.
    pub response: Option<Response>,
}

/// Everything that passed, in order of answers.
#[derive(Debug, Default)]
pub struct Log(Mutex<Vec<Exchange>>, Mutex<Vec<String>>);

impl Log {
    /// A copy of what was kept so far.
    pub fn all(&self) -> Vec<Exchange> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The words of the kits of everybody whose traffic is kept here.
    pub fn words(&self) -> Vec<String> {
        self.1.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn keep_words(&self, words: &str) {
        let mut known = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        known.push(words.to_owned());
    }

    fn push(&self, exchange: Exchange) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
    }
}

type Swallow = Box<dyn FnMut(&Request) -> Option<Response> + Send>;
type Lie = Box<dyn FnMut(&Request, &mut Response) + Send>;

/// One person's connection.
pub struct Wire {
    http: Http,
    everybody: Arc<Log>,
    own: Log,
    lie: Mutex<Option<Lie>>,
    down: Mutex<bool>,
    swallow: Mutex<Option<Swallow>>,
    deaf: Mutex<bool>,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

impl Wire {
    /// A connection whose traffic also joins a common log.
    ///
    /// # Panics
    /// When TLS cannot be set up.
    pub fn new(everybody: Arc<Log>) -> Arc<Self> {
        let http = Http::new().expect("a client");
        Arc::new(Self {
            http,
            everybody,
            own: Log::default(),
            lie: Mutex::default(),
            down: Mutex::default(),
            swallow: Mutex::default(),
            deaf: Mutex::default(),
        })
    }

    /// From now on every answer passes through `lie` first; the log keeps the truth.
    pub fn lie(&self, lie: impl FnMut(&Request, &mut Response) + Send + 'static) {
        *self.lie.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(lie));
    }

    /// From now on requests for which there is an answer here never reach the relay.
    pub fn swallow(&self, swallow: impl FnMut(&Request) -> Option<Response> + Send + 'static) {
        *self.swallow.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(swallow));
    }

    /// From now on every request reaches the relay.
    pub fn deliver(&self) {
        *self.swallow.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// From now on answers arrive as they are.
    pub fn tell_the_truth(&self) {
        *self.lie.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Cuts the connection, or mends it.
    pub fn cut(&self, down: bool) {
        *self.down.lock().unwrap_or_else(PoisonError::into_inner) = down;
    }

    /// From now on requests reach the relay and answers are lost, or no longer.
    pub fn lose_answers(&self, lost: bool) {
        *self.deaf.lock().unwrap_or_else(PoisonError::into_inner) = lost;
    }

    /// What passed here.
    pub fn all(&self) -> Vec<Exchange> {
        self.own.all()
    }
}

impl Transport for Wire {
    fn send(&self, request: &Request) -> Result<Response, &'static str> {
        if *self.down.lock().unwrap_or_else(PoisonError::into_inner) {
            return Err("network");
        }
        if let Some(swallow) = self.swallow.lock().unwrap_or_else(PoisonError::into_inner).as_mut()
            && let Some(answer) = swallow(request)
        {
            return Ok(answer);
        }
        let mut answer = self.http.send(request);
        let exchange = Exchange {
            request: request.clone(),
            response: answer.as_ref().ok().cloned(),
        };
        self.everybody.push(exchange.clone());
        self.own.push(exchange);
        if *self.deaf.lock().unwrap_or_else(PoisonError::into_inner) {
            return Err("network");
        }
        let mut lie = self.lie.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Ok(response), Some(lie)) = (&mut answer, lie.as_mut()) {
            lie(request, response);
        }
        answer
    }
}

/// Changes one bit of the value at a JSON pointer; gives whether there was one. A text of 64 hex digits stays hex, any other is taken
/// as base64url.
pub fn flip(response: &mut Response, pointer: &str) -> bool {
    let Ok(mut value) = serde_json::from_slice::<Value>(&response.body) else {
        return false;
    };
    let Some(Value::String(text)) = value.pointer_mut(pointer) else {
        return false;
    };
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let other = if text.as_bytes()[40] == b'0' { "1" } else { "0" };
        text.replace_range(40..41, other);
    } else {
        let Ok(mut bytes) = Base64UrlUnpadded::decode_vec(text) else {
            return false;
        };
        let Some(place) = bytes.len().checked_sub(9) else {
            return false;
        };
        bytes[place] ^= 0x10;
        *text = Base64UrlUnpadded::encode_string(&bytes);
    }
    response.body = value.to_string().into_bytes();
    true
}

/// Changes one bit in the middle of a body that is no JSON.
pub fn flip_body(response: &mut Response) {
    let middle = response.body.len() / 2;
    if let Some(byte) = response.body.get_mut(middle) {
        *byte ^= 0x10;
    }
}

/// Puts another value at a JSON pointer; gives whether there was one.
pub fn swap(response: &mut Response, pointer: &str, with: &Value) -> bool {
    let Ok(mut value) = serde_json::from_slice::<Value>(&response.body) else {
        return false;
    };
    let Some(place) = value.pointer_mut(pointer) else {
        return false;
    };
    place.clone_from(with);
    response.body = value.to_string().into_bytes();
    true
}
