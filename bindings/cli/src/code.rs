//! QR codes: drawn for terminal, printer and screen, and read back from pictures.

use image::{DynamicImage, GrayImage, ImageFormat, Luma, imageops};
use qrcode::render::{svg, unicode};
use qrcode::{EcLevel, QrCode};
use rqrr::PreparedImage;

use crate::error::Error;

/// Pixels along one module of a picture.
const MODULE: u32 = 8;
/// Most pixels along one side of a picture that is read.
const MAX_SIDE: u32 = 12_000;

fn encode(text: &str) -> Result<QrCode, Error> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M);
    code.map_err(|error| Error::new("cli.code_too_long", error.to_string()))
}

/// The code in half blocks, dark modules drawn as light ones for dark terminals.
///
/// # Errors
/// `cli.code_too_long`.
pub fn terminal(text: &str) -> Result<String, Error> {
    let code = encode(text)?;
    let mut renderer = code.render::<unicode::Dense1x2>();
    Ok(renderer
        .dark_color(unicode::Dense1x2::Light)
        .light_color(unicode::Dense1x2::Dark)
        .quiet_zone(true)
        .build())
}

/// The code as a PNG file.
///
/// # Errors
/// `cli.code_too_long`, `cli.picture`.
pub fn png(text: &str) -> Result<Vec<u8>, Error> {
    let picture: GrayImage = encode(text)?
        .render::<Luma<u8>>()
        .module_dimensions(MODULE, MODULE)
        .build();
    let mut bytes = std::io::Cursor::new(Vec::new());
    let written = picture.write_to(&mut bytes, ImageFormat::Png);
    written.map_err(|error| Error::new("cli.picture", error.to_string()))?;
    Ok(bytes.into_inner())
}

/// The code as an SVG file.
///
/// # Errors
/// `cli.code_too_long`.
pub fn svg(text: &str) -> Result<String, Error> {
    Ok(encode(text)?
        .render::<svg::Color<'_>>()
        .min_dimensions(256, 256)
        .build())
}

/// Reads the one code in a picture, trying again at half and quarter size: large photographs are often too sharp to read.
///
/// # Errors
/// `cli.picture` when it is no PNG or JPEG, `cli.no_code` when no code can be read.
pub fn read(picture: &[u8]) -> Result<String, Error> {
    let mut reader = image::ImageReader::new(std::io::Cursor::new(picture));
    let mut limits = image::Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(MAX_SIDE), Some(MAX_SIDE));
    reader.limits(limits);
    let reader = reader
        .with_guessed_format()
        .map_err(|error| Error::new("cli.picture", error.to_string()))?;
    let image = reader.decode().map_err(|_| Error::new("cli.picture", ""))?;
    let mut gray = light_background(&image);
    for _ in 0..3 {
        if let Some(text) = find(&gray) {
            return Ok(text);
        }
        let (width, height) = (gray.width() / 2, gray.height() / 2);
        if width < 21 || height < 21 {
            break;
        }
        gray = imageops::resize(&gray, width, height, imageops::FilterType::Triangle);
    }
    Err(Error::new("cli.no_code", ""))
}

/// Transparent pixels count as white, as a printer would have it.
fn light_background(image: &DynamicImage) -> GrayImage {
    let rgba = image.to_rgba8();
    GrayImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, alpha] = rgba.get_pixel(x, y).0.map(u32::from);
        let luma = (299 * r + 587 * g + 114 * b) / 1000;
        let over = (luma * alpha + 255 * (255 - alpha)) / 255;
        Luma([u8::try_from(over).unwrap_or(u8::MAX)])
    })
}

fn find(gray: &GrayImage) -> Option<String> {
    let mut prepared = PreparedImage::prepare(gray.clone());
    prepared
        .detect_grids()
        .iter()
        .find_map(|grid| grid.decode().ok().map(|(_, text)| text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "http://localhost:8470/#satchel:1:0123456789abcdefghijklmnopqrstuvwxyz:0123456789abcdefghijklmnopqrstuvwxyz";

    #[test]
    fn a_picture_reads_back_what_was_drawn() {
        let picture = png(TEXT).expect("it fits");
        assert_eq!(read(&picture).as_deref(), Ok(TEXT));
    }

    #[test]
    fn a_large_photograph_is_read_too() {
        let small = image::load_from_memory(&png(TEXT).expect("it fits"))
            .expect("a picture")
            .to_luma8();
        let large = imageops::resize(
            &small,
            small.width() * 4,
            small.height() * 4,
            imageops::FilterType::Nearest,
        );
        let mut bytes = std::io::Cursor::new(Vec::new());
        large.write_to(&mut bytes, ImageFormat::Png).expect("it is written");
        assert_eq!(read(&bytes.into_inner()).as_deref(), Ok(TEXT));
    }

    #[test]
    fn pictures_without_a_code_and_other_files_are_refused() {
        let blank = GrayImage::from_pixel(200, 200, Luma([255]));
        let mut bytes = std::io::Cursor::new(Vec::new());
        blank.write_to(&mut bytes, ImageFormat::Png).expect("it is written");
        assert_eq!(
            read(&bytes.into_inner()).map_err(|error| error.code),
            Err("cli.no_code".to_owned())
        );
        assert_eq!(
            read(b"%PDF-1.7").map_err(|error| error.code),
            Err("cli.picture".to_owned())
        );
    }

    #[test]
    fn the_terminal_and_the_printer_get_a_code() {
        assert!(terminal(TEXT).expect("it fits").lines().count() > 20);
        assert!(svg(TEXT).expect("it fits").starts_with("<?xml"));
        assert_eq!(
            png(&"x".repeat(4000)).map_err(|error| error.code),
            Err("cli.code_too_long".to_owned())
        );
    }
}
