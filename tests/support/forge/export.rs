//! A file that its owner's device signed, whatever it says.

use protocol::export::{self, Contents, ExportStatement};
use protocol::key::Signer;
use protocol::statement::Signed;

use super::Forger;

impl Forger {
    /// Hands a file out anew with other contents, signed by this vault's device.
    ///
    /// # Panics
    /// When the file is none.
    pub fn hand_out(&self, file: &[u8], change: impl FnOnce(&mut Contents)) -> Vec<u8> {
        let genuine = export::parse(file).expect("an export");
        let mut contents = genuine.contents;
        change(&mut contents);
        let (actor, bytes) = (self.meta.actor().expect("a device"), contents.encode());
        let statement = ExportStatement {
            contents: Contents::hash(&bytes),
            actor: self.meta.device.public_key(),
            authority: actor.authority,
            ..genuine.statement.statement().clone()
        };
        let signed = Signed::issue(statement, &self.meta.device).expect("a statement");
        export::assemble(signed.bytes().to_vec(), self.meta.evidence.clone(), bytes).expect("a file")
    }
}
