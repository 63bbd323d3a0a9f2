// SPDX-License-Identifier: MIT
//! Options, described by the library: for programs that offer them without listing them.
use super::*;
use data::own;

/// One option of a struct.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionInfo {
    pub name: String,
    pub help: String,
    pub least: f64,
    pub most: f64,
    pub published: f64,
    pub recommended: f64,
}

/// `of`: `sys::SCILAMA_OPTIONS_…`, in the order in which people should meet them.
pub fn options_of(of: i32) -> Vec<OptionInfo> {
    (0..unsafe { sys::scilama_option_count(of) }).map(|i| {
        let mut info = sys::scilama_option_info::defaults();
        call(|error| unsafe { sys::scilama_option_get_info(of, i, &mut info, error) }).expect("an option within the count");
        let (name, help) = unsafe { (own(info.name), own(info.help)) };
        OptionInfo { name, help, least: info.least, most: info.most, published: info.published, recommended: info.recommended }
    }).collect()
}

/// Words that an option may be, and their numbers; none for options without choices and for unknown ones.
pub fn option_choices(of: i32, name: &str) -> Vec<(String, i32)> {
    let (mut out, mut value) = (vec![], 0);
    let name = match text(name) {
        Ok(name) => name,
        Err(_) => return out,
    };
    // SAFETY: names are of static storage.
    unsafe {
        let index = sys::scilama_option_find(of, name.as_ptr());
        loop {
            let word = sys::scilama_option_choice(of, index, out.len() as i64, &mut value);
            if word.is_null() {
                return out;
            }
            out.push((own(word), value));
        }
    }
}

/// Structs whose options are described.
pub trait Described {
    const OF: i32;
    /// Whether every field is within its bounds; rules between fields are told by the call that reads the struct.
    fn check(&self) -> Result<()> {
        call(|error| unsafe { sys::scilama_option_check(Self::OF, self as *const Self as *const c_void, error) })
    }
}

impl Described for sys::scilama_preprocess_options {
    const OF: i32 = sys::SCILAMA_OPTIONS_PREPROCESS;
}
impl Described for sys::scilama_model_options {
    const OF: i32 = sys::SCILAMA_OPTIONS_MODEL;
}
impl Described for sys::scilama_trainer_options {
    const OF: i32 = sys::SCILAMA_OPTIONS_TRAINER;
}

/// The number and the text of the library's release.
pub fn version() -> (i32, String) {
    unsafe { (sys::scilama_version(), own(sys::scilama_version_string())) }
}

impl Error {
    /// The name of the code, such as E_NOTFOUND.
    pub fn name(&self) -> String {
        unsafe { own(sys::scilama_status_name(self.code)) }
    }
}
