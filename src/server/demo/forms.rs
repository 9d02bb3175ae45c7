//! The forms for enquiries of the demo.

use super::data::CompanyData;
use crate::leads::enquiry::{Asked, EnquiryForm};
use crate::leads::server::enquiry::store;
use crate::server::db::Tx;
use crate::values::{AssistantId, EnquiryFormId};

/// Writes them. Their leads are on the company's first assistant.
pub async fn write(tx: &mut Tx, data: &CompanyData, assistant: Option<AssistantId>) -> anyhow::Result<()> {
    for (name, key, heading, intro) in data.forms {
        let form = EnquiryForm {
            id: EnquiryFormId::new(),
            public_key: (*key).into(),
            name: (*name).into(),
            heading: (*heading).into(),
            intro: (*intro).into(),
            organisation: Asked::Required,
            phone: Asked::Optional,
            message: Asked::Required,
            consent: format!("I agree that {} writes to me or calls me about my enquiry.", data.name),
            thanks: "Thank you. An engineer reads every enquiry and writes back within a working day.".into(),
            redirect: String::new(),
            stage: None,
            assistant,
            owner: None,
            live: true,
            submissions: 0,
            last_at: None,
        };
        let company = tx.company();
        store::insert(tx, company, &form).await?;
        // Where its leads go is decided afterwards, as with any form.
        store::set(tx, &form).await?;
    }
    Ok(())
}
