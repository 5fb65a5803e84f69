//! Asking a running relay whether it is ready, for containers and supervisors that have no other client.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{self, ClientConfig, DigitallySignedStruct, SignatureScheme};

use crate::config::{Config, Tls};

const PATIENCE: Duration = Duration::from_secs(5);

/// Whether the relay of these settings says that it is ready.
pub(crate) fn run(config: &Config) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        tokio::time::timeout(PATIENCE, ask(config))
            .await
            .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "the relay did not answer within 5 seconds"))?
    })
}

async fn ask(config: &Config) -> io::Result<()> {
    let address = own(config.listen);
    let stream = TcpStream::connect(address)
        .await
        .map_err(|error| io::Error::new(error.kind(), format!("no relay listens on {address}: {error}")))?;
    match &config.tls {
        None => ready(stream, address).await,
        Some(tls) => {
            let connector = TlsConnector::from(Arc::new(client(tls)?));
            ready(
                connector.connect(ServerName::from(address.ip()), stream).await?,
                address,
            )
            .await
        }
    }
}

/// The address to reach a listener on this machine.
fn own(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

async fn ready(mut stream: impl AsyncRead + AsyncWrite + Unpin, address: SocketAddr) -> io::Result<()> {
    let request = format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    // A peer that closes without a farewell has said enough.
    _ = stream.take(16 * 1024).read_to_end(&mut answer).await;
    let first = String::from_utf8_lossy(&answer)
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned();
    if first.starts_with("HTTP/1.1 200") {
        Ok(())
    } else if first.starts_with("HTTP/1.1 ") {
        Err(io::Error::other(format!("the relay is not ready: {first}")))
    } else {
        Err(io::Error::other("whatever listens there is no relay"))
    }
}

fn client(tls: &Tls) -> io::Result<ClientConfig> {
    let certificate = CertificateDer::pem_file_iter(&tls.certificate)
        .ok()
        .and_then(|mut certificates| certificates.next())
        .and_then(Result::ok)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the certificate cannot be read"))?;
    let provider = Arc::new(ring::default_provider());
    let own = Arc::new(Own {
        certificate,
        algorithms: provider.signature_verification_algorithms,
    });
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(own)
        .with_no_client_auth())
}

/// Trusts exactly the certificate that the settings name: it is this relay's own, whatever name it is for.
#[derive(Debug)]
struct Own {
    certificate: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Own {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if *end_entity == self.certificate {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(rustls::Error::General(
                "the relay shows another certificate than the settings name: restart it".to_owned(),
            ))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
