//! Files of any size, piece by piece: long work in steps of at most 1 MiB, that can be cancelled and go on after any stop.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::random::random;
use crate::thrown::Thrown;
use crate::value::{give, number, read};
use crate::vault::Vault;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("files.ts");

#[wasm_bindgen]
impl Vault {
    /// Takes in a document or picture of any size. It is read twice and sent in parts; when the relay has them all, a record that names
    /// it is filed. `created` is the file on its way.
    ///
    /// # Errors
    /// `vault.text`, `vault.not_ready`, `file.too_large`, `crypto.too_large`.
    #[wasm_bindgen(js_name = addFile, unchecked_return_type = "Changes")]
    pub fn add_file(
        &self,
        #[wasm_bindgen(unchecked_param_type = "FileDraft")] draft: JsValue,
        now: f64,
    ) -> Result<JsValue, Thrown> {
        let draft = read::<facade::FileDraft>(draft)?;
        let now = number(now)?;
        give(&self.exclusive()?.add_file(&draft, now, &mut random()?)?)
    }

    /// The next record that is written for a patient carries these files: they are sent first, under the grant's own quota, and the record
    /// is signed and sent when the relay has them all. Until then `created` of that command names what waits, and
    /// `show.file_stored` the record. An empty list takes them back.
    ///
    /// # Errors
    /// `vault.text`, `file.too_large`.
    #[wasm_bindgen(js_name = attachFiles)]
    pub fn attach_files(
        &self,
        #[wasm_bindgen(unchecked_param_type = "FileDraft[]")] files: JsValue,
    ) -> Result<(), Thrown> {
        let files = read::<Vec<facade::FileDraft>>(files)?;
        self.exclusive()?.attach_files(&files)?;
        Ok(())
    }

    /// Files on their way, oldest first.
    ///
    /// # Errors
    /// `vault.damaged`.
    #[wasm_bindgen(unchecked_return_type = "FileView[]")]
    pub fn files(&self) -> Result<JsValue, Thrown> {
        give(&self.shared()?.files()?)
    }

    /// Whether the platform is ready to read files and bring their pieces now; at first it is not.
    #[wasm_bindgen(js_name = carryFiles)]
    pub fn carry_files(&self, ready: bool) -> Result<(), Thrown> {
        self.exclusive()?.carry_files(ready);
        Ok(())
    }

    /// Brings a piece that `Vault::next_request` asked for by `read`. After `file.changed` the platform calls
    /// `Vault::restart_file`.
    ///
    /// # Errors
    /// `file.changed`, `file.piece`, `vault.not_found`, `vault.busy`.
    #[wasm_bindgen(js_name = givePiece, unchecked_return_type = "Changes")]
    pub fn give_piece(&self, upload: &str, index: f64, bytes: &[u8], now: f64) -> Result<JsValue, Thrown> {
        let index = number(index)?;
        let now = number(now)?;
        give(
            &self
                .exclusive()?
                .give_piece(upload, index, bytes, now, &mut random()?)?,
        )
    }

    /// The file is not what it was: it is read and sent anew, under a new key.
    ///
    /// # Errors
    /// `file.changed` when that happens again and again, `file.too_large`, `vault.not_found`.
    #[wasm_bindgen(js_name = restartFile, unchecked_return_type = "Changes")]
    pub fn restart_file(&self, upload: &str, size: f64, now: f64) -> Result<JsValue, Thrown> {
        let size = number(size)?;
        let now = number(now)?;
        give(&self.exclusive()?.restart_file(upload, size, now, &mut random()?)?)
    }

    /// The platform cannot go on with a file; `code` says why. It waits for the person.
    ///
    /// # Errors
    /// `vault.not_found`.
    #[wasm_bindgen(js_name = stopFile, unchecked_return_type = "Changes")]
    pub fn stop_file(&self, upload: &str, code: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.stop_file(upload, code, now, &mut random()?)?)
    }

    /// Goes on with a file that stopped, from another place if one is named.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`.
    #[wasm_bindgen(js_name = resumeFile, unchecked_return_type = "Changes")]
    pub fn resume_file(&self, upload: &str, source: Option<String>, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.resume_file(upload, source, now, &mut random()?)?)
    }

    /// Gives up a file and the record that waits for it. Parts that the relay has are deleted there, those under way when they arrive; of an
    /// upload that was killed the last few that were under way stay, named by nothing and open to nobody.
    ///
    /// # Errors
    /// `vault.not_found`.
    #[wasm_bindgen(js_name = cancelFile, unchecked_return_type = "Changes")]
    pub fn cancel_file(&self, upload: &str, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.cancel_file(upload, now, &mut random()?)?)
    }

    /// Begins to fetch an attachment of an own record, or of one shared under a grant and opened; `created` is the download.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.need`, `vault.state` before a shared record was opened, `grant.*`.
    #[wasm_bindgen(unchecked_return_type = "Changes")]
    pub fn download(&self, grant: Option<String>, record: &str, index: u32, now: f64) -> Result<JsValue, Thrown> {
        let now = number(now)?;
        give(&self.exclusive()?.download(grant, record, index, now, &mut random()?)?)
    }

    /// Brings a whole piece that an earlier download left on this disk, in order, before anything is fetched.
    ///
    /// # Errors
    /// `file.piece`, `vault.not_found`.
    #[wasm_bindgen(js_name = foundPiece)]
    pub fn found_piece(&self, download_id: &str, index: f64, bytes: &[u8]) -> Result<(), Thrown> {
        let index = number(index)?;
        self.exclusive()?.found_piece(download_id, index, bytes)?;
        Ok(())
    }

    /// The next piece in order that was fetched and checked.
    ///
    /// # Errors
    /// `vault.not_found`.
    #[wasm_bindgen(js_name = nextPiece, unchecked_return_type = "FilePiece | undefined")]
    pub fn next_piece(&self, download_id: &str) -> Result<JsValue, Thrown> {
        give(&self.exclusive()?.next_piece(download_id)?)
    }

    /// How far a download is.
    ///
    /// # Errors
    /// `vault.not_found`.
    #[wasm_bindgen(js_name = downloadState, unchecked_return_type = "DownloadView")]
    pub fn download_state(&self, download_id: &str) -> Result<JsValue, Thrown> {
        give(&self.exclusive()?.download_state(download_id)?)
    }

    /// Every piece is written: says whether the file is the one that was signed. Only then it gets its final name.
    ///
    /// # Errors
    /// `file.unfinished`, `file.hash`, `vault.not_found`.
    #[wasm_bindgen(js_name = finishDownload)]
    pub fn finish_download(&self, download_id: &str) -> Result<(), Thrown> {
        self.exclusive()?.finish_download(download_id)?;
        Ok(())
    }

    /// Forgets a download.
    #[wasm_bindgen(js_name = cancelDownload)]
    pub fn cancel_download(&self, download_id: &str) -> Result<(), Thrown> {
        self.exclusive()?.cancel_download(download_id);
        Ok(())
    }
}
